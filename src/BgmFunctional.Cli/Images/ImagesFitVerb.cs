using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm images fit</summary>
internal sealed class ImagesFitVerb : Verb
{
    private readonly InputFile _data = ImagesVerbs.Data("Whole images whose height and width are divisible by 4.");
    private readonly Option<int> _limit = ImagesVerbs.Limit();
    private readonly Option<int> _latent = CommonOptions.Count("--latent", "Numbers behind an image.").WithDefault(10);

    private readonly ConfigurationOptions<ImageSettings> _configuration = new(
        ImageSettings.Empty,
        ImageSettings.Read,
        ImageSettings.Presets,
        "narrow networks that learn in minutes, or the package's with a Bayesian generator",
        "Passes of iterative updating over the images.",
        settings => settings.FitOptions);

    private readonly CheckpointOptions _checkpoints = new("Reports of the warm start and then epochs");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly OutputPath _out = new("MODEL.safetensors", "Takes the fitted model.");

    public ImagesFitVerb(Session session)
        : base(session, "fit", "Fits a generative model of images: latents, and convolutional networks that make images of them.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_data, _limit, _latent, .. _configuration.All, .. _checkpoints.All, _seed, _threads, _json, _out])
        {
            Add(option);
        }

        Validators.Add(_checkpoints.Check);
    }

    public override string Examples =>
        """
        bgm images fit --data data/digits/images.idx.gz --out digits.safetensors
        bgm images fit --data artifacts/digits/images.idx.gz --checkpoint run --resume --out digits.safetensors

        A configuration has settings by their published names; --show-config prints them all.
        { "z_dim": 20, "use_bnn": true, "g_filters": [64, 32, 16, 16], "lr_theta": 1e-3, "epochs": 50, "pixel_law": "beta" }
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var settings = _configuration.Settings(parsed, Given(parsed), Session.Error);
        if (_configuration.IsShown(parsed))
        {
            Session.Out.Write(settings.ToJson());
            return ExitCode.Done;
        }

        var path = _out.Read(parsed);
        var options = OptionsOf(parsed, settings);
        var progress = new StagedFitDisplay<ImageFitProgress>(
            Session.Error, step => step.Mse is { } mse ? $"mean square of pixels {Tables.Number(mse)}" : null);
        var fitted = _checkpoints.OrSayHowToGoOn(options.Checkpoint, Session.Error, () => ImagesVerbs.Use(parsed, _data, _limit, images =>
            Fluent.ImageBgm.From(settings).Fit(images, options, progress, Session.Cancellation)));
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
                ["settings"] = JsonNode.Parse(fitted.Settings),
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

    /// <summary>Options of the model's own that are given, as settings.</summary>
    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        if (parsed.IsGiven(_latent)) yield return ("z_dim", parsed.Number(_latent));
        if (parsed.IsGiven(_seed)) yield return ("random_seed", parsed.Number(_seed));
    }

    private ImageFitOptions OptionsOf(ParseResult parsed, ImageSettings settings)
    {
        var options = settings.FitOptions;
        return options with
        {
            Threads = parsed.Optional(_threads) ?? options.Threads,
            Checkpoint = _checkpoints.Plan(parsed, Session.Error),
        };
    }
}
