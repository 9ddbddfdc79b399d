using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm data holes: a table with cells knocked out.</summary>
internal sealed class HolesVerb : Verb
{
    private readonly InputFile _data = InputFile.Data("The table; its other cells stay as they are, digit by digit.");
    private readonly MissingMarks _missing = new();
    private readonly Option<double> _share = Share("--share", "Share of the cells that are left empty, at random.");
    private readonly Option<string[]> _columns = new("--columns")
    {
        HelpName = "NAME",
        Description = "Columns that lose cells; all if not given.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly OutputPath _out = new("HOLES.csv", "Takes the table with holes.");
    private readonly Option<bool> _json = CommonOptions.Json();

    public HolesVerb(Session session)
        : base(session, "holes", "Knocks cells out of a table, completely at random, to try on it how well they are filled.")
    {
        _share.Required = true;
        foreach (var option in (IEnumerable<Option>)[_data, _missing, _share, _columns, _seed, _out, _json])
        {
            Add(option);
        }
    }

    public override string Examples =>
        """
        bgm data holes --data full.csv --share 0.2 --seed 7 --out holes.csv
        bgm data holes --data full.csv --share 0.5 --columns age dose --out holes.csv
        """;

    /// <summary>A share of the cells.</summary>
    public static Option<double> Share(string name, string description) =>
        new Option<double>(name) { Description = description }.Numeric(
            "SHARE", "a share between 0 and 1, both excluded", share => share is > 0 and < 1);

    /// <summary>Says what was written: rows, and cells that are empty.</summary>
    public static void Report(Session session, JsonObject json, Columns rows, string path, double seconds, bool isJson)
    {
        var holes = rows.Names.Sum(name => rows.Texts(name).Count(text => text is ""));
        if (isJson)
        {
            json["rows"] = rows.Rows;
            json["holes"] = holes;
            json["out"] = path;
            json["seconds"] = seconds;
            Json.Write(session.Out, json);
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            session.Out.WriteLine($"{rows.Rows} rows of {rows.Names.Count} columns with {holes} holes in {seconds:0.00} s -> {path}");
        }
    }

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var file = parsed.GetRequiredValue(_data);
        var table = _missing.Read(parsed, file);
        var rows = InputFile.Naming(
            _ => file,
            () => table.WithHoles(parsed.GetValue(_share), parsed.GetValue(_seed), parsed.GetValue(_columns) ?? []));
        Session.Cancellation.ThrowIfCancellationRequested();
        rows.ToCsv(path);
        Report(Session, [], rows, path, watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }
}
