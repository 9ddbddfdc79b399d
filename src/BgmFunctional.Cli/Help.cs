using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace BgmFunctional.Cli;

/// <summary>Help texts, each with examples below its options.</summary>
internal static class Help
{
    private const int Width = 100;

    /// <summary>The command line that shows a command's help.</summary>
    public static string Line(Command command) => string.Join(" ", Path(command).Prepend("bgm help"));

    /// <summary>Writes the help of the command that was called.</summary>
    public static int Write(ParseResult parsed) => new HelpAction { MaxWidth = Width }.Invoke(parsed);

    /// <summary>Lets every --help below the root show its verb's examples.</summary>
    public static void AddExamples(RootCommand root) =>
        root.Options.OfType<HelpOption>().Single().Action = new WithExamples();

    /// <summary>The verb `bgm help dag fit`, which says what `bgm dag fit --help` says.</summary>
    public static Command Verb(RootCommand root)
    {
        var words = new Argument<string[]>("command") { Description = "Words of a command.", Arity = ArgumentArity.ZeroOrMore };
        words.Validators.Add(result =>
        {
            if (Find(root, result.Tokens.Select(token => token.Value)) is null)
            {
                result.AddError($"help: there is no command '{string.Join(" ", result.Tokens)}'.");
            }
        });
        var verb = new Command("help", "Show the help of a command, as --help does.") { words };
        verb.SetAction(parsed => root.Parse([.. parsed.GetValue(words) ?? [], "--help"]).Invoke(parsed.InvocationConfiguration));
        return verb;
    }

    private static Command? Find(Command root, IEnumerable<string> words) =>
        words.Aggregate((Command?)root, (command, word) => command?.Subcommands.FirstOrDefault(inner => inner.Name == word));

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Path).Concat(command is RootCommand ? [] : [command.Name]);

    private sealed class WithExamples : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            var code = Write(parsed);
            if (parsed.CommandResult.Command is Verb verb)
            {
                var output = parsed.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var line in verb.Examples.Split('\n'))
                {
                    output.WriteLine($"  {line}");
                }

                output.WriteLine();
            }

            return code;
        }
    }
}
