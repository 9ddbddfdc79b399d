using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag pmf</summary>
internal sealed class PmfVerb : QueryVerb
{
    private readonly InputFile _data = InputFile.Data("Rows that give the parents, with exactly the model's nodes as columns.");
    private readonly Option<string> _node = new("--node") { HelpName = "Y", Description = "An ordinal node.", Required = true };
    private readonly Option<string[]> _do = DoOption.Create();

    public PmfVerb(Session session)
        : base(
            session,
            "pmf",
            "Probability of each level of an ordinal node in each row, given its parents there; exact.",
            "Takes a column for each level, named P(level).") => AddOptions(_data, _node, _do);

    public override string Examples =>
        """
        bgm dag pmf --model model.safetensors --data cohort.csv --node outcome --out pmf.csv
        bgm dag pmf --model model.safetensors --data cohort.csv --node outcome --do T=1 --out treated.csv
        """;

    protected override Columns Answer(FittedFlow flow, ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_node);
        var intervention = DoOption.Read(parsed, _do, flow);
        var rows = _data.Use(parsed, data => flow.Pmf(name, data, intervention));
        var levels = flow.Nodes.Single(node => node.Name == name).Levels!;
        return levels.Index().Aggregate(
            Columns.Empty,
            (columns, level) => columns.With($"P({level.Item})", [.. rows.Select(row => row[level.Index])]));
    }
}
