using System.CommandLine;
using System.Diagnostics;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm data NAME, of a population with a treatment whose effect is known.</summary>
internal sealed class TreatmentDataVerb : Verb
{
    private readonly TreatmentSimulator _simulator;
    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to draw.");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly OutputPath _out = new("OUT.csv", "Takes the rows: x, y, v1, v2, …");
    private readonly OutputPath _truth = new("TRUTH.json", "Takes the true effect of x on y.", "--truth");
    private readonly Option<bool> _json = CommonOptions.Json();

    public TreatmentDataVerb(Session session, TreatmentSimulator simulator)
        : base(session, simulator.Name, simulator.Description)
    {
        _simulator = simulator;
        _n.Required = true;
        foreach (var option in (IEnumerable<Option>)[_n, _seed, _out, _truth, _json])
        {
            Add(option);
        }
    }

    public override string Examples => $"bgm data {Name} --n 2000 --seed 7 --out rows.csv --truth truth.json";

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var truth = _truth.TryRead(parsed);
        var sample = _simulator.Sample(parsed.GetValue(_n), parsed.GetValue(_seed));
        Session.Cancellation.ThrowIfCancellationRequested();
        sample.Rows.ToCsv(path);
        DataVerb.Write(truth, sample.TruthAsJson);
        Report(sample.Rows, path, truth, watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }

    private void Report(Columns rows, string path, string? truth, double seconds, bool isJson)
    {
        if (isJson)
        {
            Json.Write(Session.Out, new()
            {
                ["simulator"] = Name,
                ["rows"] = rows.Rows,
                ["out"] = path,
                ["truth"] = truth,
                ["seconds"] = seconds,
            });
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            Session.Out.WriteLine($"{rows.Rows} rows of x, y and {_simulator.Covariates} covariates in {seconds:0.00} s -> {path}");
        }
    }
}
