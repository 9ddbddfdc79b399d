using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>The bgm command: finds the verb, runs it, and turns what happens into an exit code.</summary>
public static class Bgm
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after <c>bgm</c>.</param>
    /// <param name="session">What the run talks to.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, Session session)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(session);

        try
        {
            var parsed = Parse(args, session);
            return parsed.Action is ParseErrorAction ? Refuse(session, Problems(parsed)) : parsed.Invoke(Invocation(session));
        }
        catch (BgmException refusal)
        {
            return Refuse(session, refusal.Message);
        }
        catch (OperationCanceledException)
        {
            session.Error.WriteLine("bgm: cancelled; nothing was written");
            return ExitCode.Cancelled;
        }
        catch (Exception bug)
        {
            session.Error.WriteLine($"bgm: an internal error, please report it: {bug}");
            return ExitCode.Broken;
        }
    }

    /// <summary>What a command line says, before anything is done; its root knows every command that the line could mean.</summary>
    internal static ParseResult Parse(IReadOnlyList<string> args, Session session) =>
        Root(session, args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static int Refuse(Session session, string message)
    {
        session.Error.WriteLine($"bgm: {message.ReplaceLineEndings(" ")}");
        return ExitCode.Refused;
    }

    private static string Problems(ParseResult parsed)
    {
        var messages = parsed.Errors.Select(error => error.Message).Distinct();
        return $"{string.Join(" ", messages)} Try: {Help.Line(parsed.CommandResult.Command)}";
    }

    private static InvocationConfiguration Invocation(Session session) =>
        new()
        {
            Output = session.Out,
            Error = session.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };

    private static RootCommand Root(Session session, IReadOnlyList<string> args)
    {
        var root = new RootCommand("Asks causal questions of observational data, and fills the holes of tables.");
        root.Add(Dag(session));
        root.Add(Causal(session));
        root.Add(new ImputeVerb(session));
        root.Add(new PoolVerb(session));
        root.Add(new GenerateVerb(session));
        root.Add(ImagesVerbs.Group(session));
        root.Add(DataVerb.Group(session, args));
        root.Add(Help.Verb(root));
        root.SetAction(Help.Write);
        Help.AddExamples(root);
        return root;
    }

    private static Command Dag(Session session)
    {
        var dag = new Command("dag", "Causal flows on a graph (TRAM-DAG): what is seen, what if we act, what if we had acted.")
        {
            new FitVerb(session),
            new LogProbVerb(session),
            new AbductVerb(session),
            new SampleVerb(session),
            new CounterfactualVerb(session),
            new PmfVerb(session),
            DistributionVerb.Density(session),
            DistributionVerb.Cdf(session),
            DistributionVerb.Quantiles(session),
            new EffectVerb(session),
            new CurveVerb(session),
            new CoefficientsVerb(session),
            new SummaryVerb(session),
            new CheckVerb(session),
            new PlotVerb(session),
        };
        dag.SetAction(Help.Write);
        return dag;
    }

    private static Command Causal(Session session)
    {
        var causal = new Command("causal", "Treatment effects with posterior intervals (CausalBGM), from many covariates.")
        {
            new CausalFitVerb(session),
            new CausalEffectVerb(session),
            new CausalEvaluateVerb(session),
            new CausalCheckVerb(session),
        };
        causal.SetAction(Help.Write);
        return causal;
    }
}
