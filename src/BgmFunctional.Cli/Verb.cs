using System.CommandLine;

namespace BgmFunctional.Cli;

/// <summary>A command with examples, whose work begins once the command line is understood.</summary>
internal abstract class Verb : Command
{
    protected Verb(Session session, string name, string description)
        : base(name, description)
    {
        Session = session;
        SetAction(Run);
    }

    /// <summary>Command lines to copy, one a line.</summary>
    public abstract string Examples { get; }

    protected Session Session { get; }

    protected abstract int Run(ParseResult parsed);
}
