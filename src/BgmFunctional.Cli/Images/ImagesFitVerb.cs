using System.CommandLine;
using System.Diagnostics;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm images fit</summary>
internal sealed class ImagesFitVerb : Verb
{
    private const string Published = "published";
    private const string Bayesian = "bayesian";
    private const string Recommended = "recommended";

    private static readonly string[] Presets = [Recommended, Published, Bayesian];

    private readonly InputFile _data = ImagesVerbs.Data("Whole images whose height and width are divisible by 4.");
    private readonly Option<int> _limit = ImagesVerbs.Limit();

    private readonly Option<string> _preset = new Option<string>("--preset")
    {
        HelpName = string.Join('|', Presets),
        Description = "Networks and how they learn: narrow ones for a few minutes, as published, or as published with a Bayesian generator.",
    }.WithDefault(Recommended);

    private readonly Option<int> _latent = CommonOptions.Count("--latent", "Numbers behind an image; 10 if not given.");
    private readonly Option<int> _epochs = CommonOptions.Count("--epochs", "Passes of iterative updating over the images; the preset's if not given.");

    private readonly Option<int> _egmIterations =
        CommonOptions.CountFromZero("--egm-iterations", "Iterations of the warm start, 0: none; the preset's if not given.");

    private readonly Option<int> _batchSize = CommonOptions.Count("--batch-size", "Images of a step; 32 if not given.");

    private readonly CheckpointOptions _checkpoints = new("Reports of the warm start and then epochs");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly OutputPath _out = new("MODEL.safetensors", "Takes the fitted model.");

    public ImagesFitVerb(Session session)
        : base(session, "fit", "Fits a generative model of images: latents, and convolutional networks that make images of them.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_data, _limit, _preset, _latent, _epochs, _egmIterations, _batchSize, .. _checkpoints.All, _seed, _threads, _json, _out])
        {
            Add(option);
        }

        _preset.Validators.Add(result => CommonOptions.CheckWord(result, Presets));
        Validators.Add(_checkpoints.Check);
    }

    public override string Examples =>
        """
        bgm images fit --data data/digits/images.idx.gz --out digits.safetensors
        bgm images fit --data artifacts/digits/images.idx.gz --checkpoint run --resume --out digits.safetensors
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var options = OptionsOf(parsed);
        var fitted = _checkpoints.OrSayHowToGoOn(options.Checkpoint, Session.Error, () => ImagesVerbs.Use(parsed, _data, _limit, images =>
            Model(parsed).Fit(images, options, new ImagesDisplay(Session.Error), Session.Cancellation)));
        if (fitted is null) return ExitCode.Cancelled;
        Session.Cancellation.ThrowIfCancellationRequested();
        fitted.Save(path);
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["images"] = fitted.Images,
                ["height"] = fitted.Height,
                ["width"] = fitted.Width,
                ["mse"] = Json.Of(fitted.Mse),
                ["seconds"] = watch.Elapsed.TotalSeconds,
            });
        }
        else
        {
            Session.Out.WriteLine(
                $"{fitted.Images} images of {fitted.Height} x {fitted.Width}, mean square of pixels {Tables.Number(fitted.Mse)} in {watch.Elapsed.TotalSeconds:0.0} s -> {path}");
        }

        return ExitCode.Done;
    }

    private Fluent.ImageBgm Model(ParseResult parsed)
    {
        var model = parsed.GetValue(_preset) switch
        {
            Published => Fluent.ImageBgm.Published,
            Bayesian => Fluent.ImageBgm.Bayesian,
            _ => Fluent.ImageBgm.Recommended,
        };
        return parsed.Optional(_latent) is { } count ? model.WithLatents(count) : model;
    }

    private ImageFitOptions OptionsOf(ParseResult parsed)
    {
        var preset = parsed.GetValue(_preset) == Recommended ? ImageFitOptions.Recommended : new();
        return preset with
        {
            Epochs = parsed.Optional(_epochs) ?? preset.Epochs,
            EgmIterations = parsed.Optional(_egmIterations) ?? preset.EgmIterations,
            BatchSize = parsed.Optional(_batchSize) ?? preset.BatchSize,
            Seed = parsed.GetValue(_seed),
            Threads = parsed.Optional(_threads) ?? preset.Threads,
            Checkpoint = _checkpoints.Plan(parsed, Session.Error),
        };
    }
}
