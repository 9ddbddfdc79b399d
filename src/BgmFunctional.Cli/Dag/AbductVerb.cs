using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag abduct</summary>
internal sealed class AbductVerb : QueryVerb
{
    private readonly InputFile _data = InputFile.Data("Rows to explain, with exactly the model's nodes as columns.");
    private readonly Option<long> _seed = CommonOptions.Seed();

    public AbductVerb(Session session)
        : base(
            session,
            "abduct",
            "Latent of each node in each row: exact for continuous nodes, drawn for ordinal ones.",
            "Takes the latents, a column for each node.") => AddOptions(_data, _seed);

    public override string Examples => "bgm dag abduct --model model.safetensors --data cohort.csv --out latents.csv";

    protected override Columns Answer(FittedFlow flow, ParseResult parsed) =>
        _data.Use(parsed, data => flow.Abduct(data, parsed.GetValue(_seed)));
}
