using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm images evaluate</summary>
internal sealed class ImagesEvaluateVerb : Verb
{
    private readonly InputFile _model = InputFile.Model("bgm images fit");
    private readonly InputFile _data = ImagesVerbs.Data("Whole images of the model's size.");
    private readonly Option<int> _limit = ImagesVerbs.Limit();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    public ImagesEvaluateVerb(Session session)
        : base(session, "evaluate", "How well a model gives images back from their codes.")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _limit, _threads, _json])
        {
            Add(option);
        }
    }

    public override string Examples => "bgm images evaluate --model digits.safetensors --data heldout.idx.gz";

    protected override int Run(ParseResult parsed)
    {
        var model = FittedImageBgm.Load(parsed.GetRequiredValue(_model));
        var (count, mse) = ImagesVerbs.Use(parsed, _data, _limit, images => (images.Count, model.Evaluate(images, parsed.Optional(_threads))));
        Session.Cancellation.ThrowIfCancellationRequested();
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new() { ["images"] = count, ["mse"] = Json.Of(mse) });
        }
        else
        {
            Session.Out.WriteLine($"{count} images, mean square of pixels {Tables.Number(mse)} from their codes");
        }

        return ExitCode.Done;
    }
}
