using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm data NAME: draws from a simulator, each of which is a verb.</summary>
internal sealed class DataVerb : Verb
{
    private readonly Simulator _simulator;
    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to draw.");
    private readonly Option<string[]> _do = DoOption.Create();
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly OutputPath _out = new("OUT.csv", "Takes the rows, a column for each node.");
    private readonly OutputPath _truth = new("TRUTH.json", "Takes the true coefficients, curves and effects.", "--truth");
    private readonly OutputPath _graph = new("GRAPH.json", "Takes the causal graph, as `bgm dag fit` reads it.", "--graph");
    private readonly Option<bool> _json = CommonOptions.Json();

    private DataVerb(Session session, Simulator simulator)
        : base(session, simulator.Name, simulator.Description)
    {
        _simulator = simulator;
        _n.Required = true;
        foreach (var option in (IEnumerable<Option>)[_n, _do, _seed, _out, _truth, _graph, _json])
        {
            Add(option);
        }
    }

    public override string Examples
    {
        get
        {
            var node = _simulator.Graph.Nodes.First(node => node.Parents.Count > 0).Name;
            return $"""
                bgm data {Name} --n 5000 --seed 7 --out seen.csv --graph graph.json --truth truth.json
                bgm data {Name} --n 5000 --seed 7 --do {node}=0 --out acted.csv
                """;
        }
    }

    /// <summary>
    /// The command `bgm data` with a verb for every simulator; alone it lists them. They are left out where the command line does not ask
    /// for them: making them takes 30 ms.
    /// </summary>
    public static Command Group(Session session, IReadOnlyList<string> args)
    {
        const string name = "data";
        var data = new Command(
            name, "Data whose truth is known: drawn from simulators, or published ones from your copy of their files; and holes for any table.")
        {
            Stranger(),
        };
        foreach (var simulator in args.Contains(name) ? Simulator.All : [])
        {
            data.Add(new DataVerb(session, simulator));
        }

        foreach (var simulator in args.Contains(name) ? TreatmentSimulator.All : [])
        {
            data.Add(new TreatmentDataVerb(session, simulator));
        }

        foreach (var simulator in args.Contains(name) ? TableSimulator.All : [])
        {
            data.Add(new TableDataVerb(session, simulator));
        }

        data.Add(new TwinsVerb(session));
        data.Add(new AcicVerb(session));
        data.Add(new HolesVerb(session));
        data.SetAction(Help.Write);
        return data;
    }

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var (truth, graph) = (_truth.TryRead(parsed), _graph.TryRead(parsed));
        var intervention = DoOption.Read(parsed, _do, _simulator.Graph.Nodes);
        _simulator.Check(intervention);

        var rows = _simulator.Sample(parsed.GetValue(_n), intervention, parsed.GetValue(_seed));
        Session.Cancellation.ThrowIfCancellationRequested();
        rows.ToCsv(path);
        Write(truth, _simulator.TruthAsJson);
        Write(graph, _simulator.Graph.ToJson);
        Report(rows, (path, truth, graph), watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }

    /// <summary>Takes the words after `bgm data` that begin with no simulator's name, and refuses them.</summary>
    private static Argument<string[]> Stranger()
    {
        var words = new Argument<string[]>("simulator") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
        words.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault()?.Value is { } word)
            {
                IEnumerable<string> names =
                [
                    .. Simulator.All.Select(simulator => simulator.Name),
                    .. TreatmentSimulator.All.Select(simulator => simulator.Name),
                    .. TableSimulator.All.Select(simulator => simulator.Name),
                ];
                result.AddError(
                    $"data: found '{word}'; it must be holes, a study (twins or acic2018) or a simulator, one of {string.Join(", ", names)}.");
            }
        });
        return words;
    }

    /// <summary>Writes a text to a path, if one is given.</summary>
    internal static void Write(string? path, Func<string> text)
    {
        if (path is not null)
        {
            OutputFile.Write(path, text() + "\n");
        }
    }

    private void Report(Columns rows, (string Out, string? Truth, string? Graph) paths, double seconds, bool isJson)
    {
        if (isJson)
        {
            Json.Write(Session.Out, new()
            {
                ["simulator"] = Name,
                ["rows"] = rows.Rows,
                ["out"] = paths.Out,
                ["truth"] = paths.Truth,
                ["graph"] = paths.Graph,
                ["seconds"] = seconds,
            });
        }
        else if (!OutputFile.IsStandardOutput(paths.Out))
        {
            Session.ConsoleOn(Session.Out).Write(Digest.Of(rows, _simulator.Graph.Nodes));
            Session.Out.WriteLine($"{rows.Rows} rows in {seconds:0.00} s -> {paths.Out}");
        }
    }
}
