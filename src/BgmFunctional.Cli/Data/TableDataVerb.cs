using System.CommandLine;
using System.Diagnostics;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm data NAME, of a table whose distribution is known, with holes in it if they are asked for.</summary>
internal sealed class TableDataVerb : Verb
{
    private readonly TableSimulator _simulator;
    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to draw.");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<double> _holes = HolesVerb.Share("--holes", "Share of the cells that are left empty, at random; none if not given.");
    private readonly OutputPath _out = new("OUT.csv", "Takes the rows.");
    private readonly OutputPath _truth = new("TRUTH.json", "Takes what no column shows, row by row, and the parameters.", "--truth");
    private readonly Option<bool> _json = CommonOptions.Json();

    public TableDataVerb(Session session, TableSimulator simulator)
        : base(session, simulator.Name, simulator.Description)
    {
        _simulator = simulator;
        _n.Required = true;
        foreach (var option in (IEnumerable<Option>)[_n, _seed, _holes, _out, _truth, _json])
        {
            Add(option);
        }
    }

    public override string Examples =>
        $"""
        bgm data {Name} --n 2000 --seed 7 --out full.csv --truth truth.json
        bgm data {Name} --n 2000 --seed 7 --holes 0.2 --out holes.csv
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var truth = _truth.TryRead(parsed);
        var seed = parsed.GetValue(_seed);
        var sample = _simulator.Sample(parsed.GetValue(_n), seed);
        var rows = parsed.Optional(_holes) is { } share ? sample.Rows.WithHoles(share, seed) : sample.Rows;
        Session.Cancellation.ThrowIfCancellationRequested();
        rows.ToCsv(path);
        DataVerb.Write(truth, sample.TruthAsJson);
        HolesVerb.Report(Session, new() { ["simulator"] = Name, ["truth"] = truth }, rows, path, watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }
}
