using System.CommandLine;
using System.Diagnostics;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>A verb that asks a model for rows and writes them.</summary>
internal abstract class QueryVerb : Verb
{
    private readonly InputFile _model = InputFile.Model();
    private readonly OutputPath _out;
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    protected QueryVerb(Session session, string name, string description, string written)
        : base(session, name, description) => _out = new("OUT.csv", written);

    /// <summary>Adds a verb's own options between those that all such verbs have.</summary>
    protected void AddOptions(params IEnumerable<Option> own)
    {
        foreach (var option in (IEnumerable<Option>)[_model, .. own, _out, _threads, _json])
        {
            Add(option);
        }
    }

    /// <summary>The rows that answer; everything is checked before any work.</summary>
    protected abstract Columns Answer(FittedFlow flow, ParseResult parsed);

    protected sealed override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var model = TramDag.Load(parsed.GetRequiredValue(_model));
        var flow = parsed.Optional(_threads) is { } threads ? model.WithThreads(threads) : model;
        var answer = Answer(flow, parsed);
        Session.Cancellation.ThrowIfCancellationRequested();
        answer.ToCsv(path);
        Report(path, flow, answer, watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }

    private void Report(string path, FittedFlow flow, Columns answer, double seconds, bool isJson)
    {
        if (isJson)
        {
            Json.Write(Session.Out, new() { ["rows"] = answer.Rows, ["out"] = path, ["seconds"] = seconds });
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            var console = Session.ConsoleOn(Session.Out);
            console.Write(Digest.Of(answer, flow.Nodes));
            Session.Out.WriteLine($"{answer.Rows} rows in {seconds:0.00} s -> {path}");
        }
    }
}
