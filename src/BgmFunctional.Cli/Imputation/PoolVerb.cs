using System.CommandLine;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm pool</summary>
internal sealed class PoolVerb : Verb
{
    private readonly InputFiles _data = new("--data", "FILE.csv", "Completed tables, two or more: files, or a pattern like 'filled-*.csv'.");

    private readonly Option<string> _formula = new("--formula")
    {
        HelpName = "FORMULA",
        Description = "A linear regression, like 'y ~ a + b', or 'y ~ .' for all other columns. Means of all columns of numbers if not given.",
    };

    private readonly Option<double> _alpha =
        new Option<double>("--alpha") { Description = "Intervals cover 1 - alpha; 0.05 if not given." }
            .Numeric("A", "a number between 0 and 1, both excluded", alpha => alpha is > 0 and < 1);

    private readonly OutputPath _out = new("POOLED.csv", "Takes a row for each term.", "--out");
    private readonly Option<bool> _json = CommonOptions.Json();

    public PoolVerb(Session session)
        : base(session, "pool", "What the completed tables of a multiple imputation say together: means, or a linear regression (Rubin's rules).")
    {
        foreach (var option in (IEnumerable<Option>)[_data, _formula, _alpha, _out, _json])
        {
            Add(option);
        }
    }

    public override string Examples =>
        """
        bgm pool --data filled-1.csv filled-2.csv filled-3.csv
        bgm pool --data 'filled-*.csv' --formula 'bmi ~ skin + glu' --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var path = _out.TryRead(parsed);
        Columns[] tables = [.. _data.Read(parsed).Select(file => InputFile.Use(file, table => table))];
        var formula = parsed.GetValue(_formula);
        var terms = (formula, parsed.Optional(_alpha)) switch
        {
            (null, null) => Pooling.Means(tables),
            (null, { } alpha) => Pooling.Means(tables, alpha),
            ({ } text, null) => Pooling.Regression(tables, text),
            ({ } text, { } alpha) => Pooling.Regression(tables, text, alpha),
        };
        if (path is not null) Table(terms).ToCsv(path);
        Report(terms, tables.Length, parsed.GetValue(_json));
        return ExitCode.Done;
    }

    private static Columns Table(IReadOnlyList<PooledEstimate> terms)
    {
        double[] Numbers(Func<PooledEstimate, double> pick) => [.. terms.Select(pick)];
        return Columns.Empty
            .With("term", [.. terms.Select(term => term.Term)])
            .With("estimate", Numbers(term => term.Estimate))
            .With("standardError", Numbers(term => term.StandardError))
            .With("low", Numbers(term => term.Low))
            .With("high", Numbers(term => term.High))
            .With("degreesOfFreedom", Numbers(term => term.DegreesOfFreedom))
            .With("withinVariance", Numbers(term => term.WithinVariance))
            .With("betweenVariance", Numbers(term => term.BetweenVariance))
            .With("missingInformation", Numbers(term => term.MissingInformation));
    }

    private void Report(IReadOnlyList<PooledEstimate> terms, int tables, bool isJson)
    {
        if (isJson)
        {
            Json.Write(Session.Out, new() { ["tables"] = tables, ["terms"] = new JsonArray([.. terms.Select(ToJson)]) });
            return;
        }

        Session.ConsoleOn(Session.Out).Write(Tables.Of(
            [Tables.Names("term"), Tables.Numbers("estimate"), Tables.Numbers("error"), Tables.Numbers("low"), Tables.Numbers("high"), Tables.Numbers("df"), Tables.Numbers("missing")],
            [.. terms.Select(Row)]));
        Session.Out.WriteLine($"{tables} completed tables; missing: share of the information about a term that is missing");
    }

    private static string[] Row(PooledEstimate term) =>
    [
        term.Term,
        Tables.Number(term.Estimate),
        Tables.Number(term.StandardError),
        Tables.Number(term.Low),
        Tables.Number(term.High),
        Tables.Number(term.DegreesOfFreedom),
        Tables.Number(term.MissingInformation),
    ];

    private static JsonObject ToJson(PooledEstimate term) =>
        new()
        {
            ["term"] = term.Term,
            ["estimate"] = Json.Of(term.Estimate),
            ["standardError"] = Json.Of(term.StandardError),
            ["low"] = Json.Of(term.Low),
            ["high"] = Json.Of(term.High),
            ["degreesOfFreedom"] = Json.Of(term.DegreesOfFreedom),
            ["withinVariance"] = Json.Of(term.WithinVariance),
            ["betweenVariance"] = Json.Of(term.BetweenVariance),
            ["missingInformation"] = Json.Of(term.MissingInformation),
        };
}
