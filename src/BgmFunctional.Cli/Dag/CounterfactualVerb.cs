using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag counterfactual</summary>
internal sealed class CounterfactualVerb : QueryVerb
{
    private readonly InputFile _data = InputFile.Data("Observed rows, with exactly the model's nodes as columns.");
    private readonly Option<string[]> _do = DoOption.Create();
    private readonly Option<long> _seed = CommonOptions.Seed();

    public CounterfactualVerb(Session session)
        : base(
            session,
            "counterfactual",
            "What each row would have been under an intervention: abduct, act, predict.",
            "Takes the rows, a column for each node.") => AddOptions(_data, _do, _seed);

    public override string Examples =>
        "bgm dag counterfactual --model model.safetensors --data cohort.csv --do T=0 --out untreated.csv";

    protected override Columns Answer(FittedFlow flow, ParseResult parsed)
    {
        var intervention = DoOption.Read(parsed, _do, flow);
        return _data.Use(parsed, data => flow.Counterfactual(data, intervention, parsed.GetValue(_seed)));
    }
}
