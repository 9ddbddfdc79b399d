using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag sample</summary>
internal sealed class SampleVerb : QueryVerb
{
    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to draw.");
    private readonly Option<string[]> _do = DoOption.Create();
    private readonly Option<long> _seed = CommonOptions.Seed();

    public SampleVerb(Session session)
        : base(
            session,
            "sample",
            "Draw rows as the model sees the world, or as it would be under an intervention.",
            "Takes the rows, a column for each node.")
    {
        _n.Required = true;
        AddOptions(_n, _do, _seed);
    }

    public override string Examples =>
        """
        bgm dag sample --model model.safetensors --n 1000 --out seen.csv
        bgm dag sample --model model.safetensors --n 1000 --do T=1 arm=low --seed 7 --out treated.csv
        """;

    protected override Columns Answer(FittedFlow flow, ParseResult parsed) =>
        flow.Sample(parsed.GetValue(_n), DoOption.Read(parsed, _do, flow), parsed.GetValue(_seed));
}
