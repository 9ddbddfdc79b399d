using System.CommandLine;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag density, bgm dag cdf and bgm dag quantiles</summary>
internal sealed class DistributionVerb : QueryVerb
{
    private readonly InputFile _data = InputFile.Data("Rows that give the parents, with exactly the model's nodes as columns.");
    private readonly Option<string> _node = new("--node") { HelpName = "Y", Description = "A continuous node.", Required = true };
    private readonly Option<string> _at;
    private readonly Option<string[]> _do = DoOption.Create();

    private readonly Func<string, string> _header;
    private readonly Func<FittedFlow, Question> _question;

    /// <param name="session">What the run talks to.</param>
    /// <param name="name">The verb.</param>
    /// <param name="answer">What it says of a node.</param>
    /// <param name="at">What it is asked at.</param>
    /// <param name="header">The name of the column of a number that it is asked at.</param>
    /// <param name="question">What answers.</param>
    private DistributionVerb(
        Session session, string name, string answer, string at, Func<string, string> header, Func<FittedFlow, Question> question)
        : base(session, name, $"{answer} in each row, given its parents there; exact.", $"Takes a column for each number of --at, like {header("0.5")}.")
    {
        (_header, _question) = (header, question);
        _at = NumberList.Create("--at", at);
        _at.Required = true;
        AddOptions(_data, _node, _at, _do);
    }

    private delegate double[][] Question(string node, double[] at, Columns data, Intervention? interventions);

    public override string Examples =>
        $"""
        bgm dag {Name} --model model.safetensors --data cohort.csv --node cost --at 0.1,0.5,0.9 --out {Name}.csv
        bgm dag {Name} --model model.safetensors --data cohort.csv --node cost --at 0.1:0.9:9 --do T=1 --out treated.csv
        """;

    public static DistributionVerb Density(Session session) => new(
        session, "density", "Density of a continuous node", "Its values", value => $"density({value})", flow => flow.Density);

    public static DistributionVerb Cdf(Session session) => new(
        session, "cdf", "Probability of at most a value of a continuous node", "Its values", value => $"P(<={value})", flow => flow.Cdf);

    public static DistributionVerb Quantiles(Session session) => new(
        session, "quantiles", "Values of a continuous node below which shares lie", "Shares between 0 and 1", share => $"quantile({share})", flow => flow.Quantiles);

    protected override Columns Answer(FittedFlow flow, ParseResult parsed)
    {
        double[] at = [.. NumberList.Read(parsed.GetRequiredValue(_at))!.Distinct()];
        var intervention = DoOption.Read(parsed, _do, flow);
        var rows = _data.Use(parsed, data => _question(flow)(parsed.GetRequiredValue(_node), at, data, intervention));
        return at.Index().Aggregate(
            Columns.Empty,
            (columns, number) => columns.With(
                _header(number.Item.ToString(CultureInfo.InvariantCulture)), [.. rows.Select(row => row[number.Index])]));
    }
}
