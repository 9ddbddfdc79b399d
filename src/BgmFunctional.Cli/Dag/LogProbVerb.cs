using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag logprob</summary>
internal sealed class LogProbVerb : QueryVerb
{
    private readonly InputFile _data = InputFile.Data("Rows to judge, with exactly the model's nodes as columns.");

    public LogProbVerb(Session session)
        : base(session, "logprob", "Log-density of each row, in nats.", "Takes one column, logProb.") => AddOptions(_data);

    public override string Examples => "bgm dag logprob --model model.safetensors --data cohort.csv --out logprob.csv";

    protected override Columns Answer(FittedFlow flow, ParseResult parsed) =>
        Columns.Empty.With("logProb", _data.Use(parsed, flow.LogProb));
}
