using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm images impute</summary>
internal sealed class ImagesImputeVerb : Verb
{
    private const string Hmc = "hmc";
    private const string Nuts = "nuts";

    private const string Beta = "beta";
    private const string LogitNormal = "logit-normal";

    private static readonly string[] Samplers = [Hmc, Nuts];
    private static readonly string[] PixelLaws = [Beta, LogitNormal];
    private static readonly ImageImputationOptions Defaults = new();

    private readonly InputFile _model = InputFile.Model("bgm images fit");
    private readonly InputFile _data = ImagesVerbs.Data("Images of the model's size; NaN is a missing pixel.");
    private readonly Option<int> _limit = ImagesVerbs.Limit();

    private readonly Option<string> _mask = new("--mask")
    {
        HelpName = $"{string.Join('|', ImageMask.Names)}|FILE",
        Description = "Pixels that are missing besides: in the middle, across it, below it, or where a file (height, width) or (n, height, width) is not 0.",
    };

    private readonly Option<double> _alpha = CommonOptions.IntervalAlpha().WithDefault(Defaults.Alpha);

    private readonly Option<string> _prior = ImagesVerbs.Prior("What is held of an image before any pixel is seen: where its latents lie");

    private readonly Option<string> _pixelLaw = new("--pixel-law")
    {
        HelpName = string.Join('|', PixelLaws),
        Description = "How grey values are drawn: around their means as far as those of the fit, or as published, by logits with their noise; the model's if not given.",
    };

    private readonly Option<string> _sampler = new Option<string>("--sampler")
    {
        HelpName = string.Join('|', Samplers),
        Description = "Trajectories of fixed length, or as long as is worthwhile.",
    }.WithDefault(Hmc);

    private readonly Option<int> _draws =
        CommonOptions.Count("--draws", "Transitions of a chain after burn-in, of which 500 are kept at most.").WithDefault(Defaults.Draws);

    private readonly Option<int> _burnIn =
        CommonOptions.CountFromZero("--burn-in", "Transitions of a chain that tune the sampler.").WithDefault(Defaults.BurnIn);

    private readonly Option<int> _chains = CommonOptions.Count("--chains", "Chains of each image.").WithDefault(Defaults.Chains);
    private readonly Option<long> _seed = CommonOptions.Seed().WithDefault(Defaults.Seed);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly OutputPath _out = ImagesVerbs.Out("Takes the images: pixels that were seen as they were, missing ones their posterior mean.");
    private readonly OutputPath _intervals = new("INTERVALS.npz", "Takes low, high and missing, (n, height, width) each.", "--intervals");
    private readonly OutputPath _sheet = ImagesVerbs.Sheet();
    private readonly OutputPath _page = ImagesVerbs.Page();
    private readonly Option<bool> _json = CommonOptions.Json();

    public ImagesImputeVerb(Session session)
        : base(session, "impute", "Fills in the missing pixels of images, with intervals.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_model, _data, _limit, _mask, _alpha, _prior, _pixelLaw, _sampler, _draws, _burnIn, _chains, _seed, _threads, _out, _intervals, _sheet, _page, _json])
        {
            Add(option);
        }

        _sampler.Validators.Add(result => CommonOptions.CheckWord(result, Samplers));
        _pixelLaw.Validators.Add(result => CommonOptions.CheckWord(result, PixelLaws));
    }

    public override string Examples =>
        """
        bgm images impute --model digits.safetensors --data data/digits/images.idx.gz --limit 32 --mask hole --out filled.npy --page filled.html
        bgm images impute --model digits.safetensors --data torn.npy --out filled.npy --intervals intervals.npz --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var (path, intervals) = (_out.Read(parsed), _intervals.TryRead(parsed));
        var (sheet, page) = (_sheet.TryRead(parsed), _page.TryRead(parsed));
        var model = FittedImageBgm.Load(parsed.GetRequiredValue(_model));
        var mask = parsed.GetValue(_mask) is { } text ? Mask(text) : null;
        var count = 0;
        var answer = ImagesVerbs.Use(parsed, _data, _limit, images =>
        {
            count = images.Count;
            return model.Impute(mask is null ? images : images.WithMask(mask), OptionsOf(parsed), new Tenths(Session.Error, "the chains"), Session.Cancellation);
        });
        Session.Cancellation.ThrowIfCancellationRequested();
        answer.Images.ToFile(path);
        if (intervals is not null) answer.SaveIntervals(intervals);
        if (sheet is not null) answer.Images.SaveSheet(sheet);
        if (page is not null) answer.SavePage(page);
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["images"] = count,
                ["pixelsFilled"] = answer.Filled,
                ["rHat"] = Json.Of(answer.RHat),
                ["ess"] = Json.Of(answer.Ess),
                ["acceptance"] = Json.Of(answer.Acceptance),
                ["divergences"] = answer.Divergences,
                ["converged"] = Json.Of(answer.Converged),
                ["warnings"] = new JsonArray([.. answer.Warnings.Select(warning => JsonValue.Create(warning))]),
                ["seconds"] = watch.Elapsed.TotalSeconds,
            });
        }
        else
        {
            foreach (var warning in answer.Warnings) Session.Out.WriteLine($"warning: {warning}");
            Session.Out.WriteLine(
                $"{answer.Filled} pixels of {count} images filled in, acceptance {answer.Acceptance:0.00}, median R-hat {answer.RHat:0.000}, {answer.Ess:0} effective draws, in {watch.Elapsed.TotalSeconds:0.0} s -> {string.Join(", ", new[] { path, intervals, sheet, page }.OfType<string>())}");
        }

        return ExitCode.Done;
    }

    private ImageMask Mask(string text) =>
        ImageMask.Names.Contains(text) ? ImageMask.Named(text)
        : File.Exists(text) ? ImageMask.FromFile(text)
        : throw new OptionException($"{_mask.Name}: found '{text}'; it must be {string.Join(", ", ImageMask.Names)}, or a file that is there.");

    private ImageImputationOptions OptionsOf(ParseResult parsed) =>
        (parsed.GetValue(_sampler) == Nuts ? ImageImputationOptions.Nuts : Defaults) with
        {
            Chains = parsed.GetValue(_chains),
            BurnIn = parsed.GetValue(_burnIn),
            Draws = parsed.GetValue(_draws),
            Alpha = parsed.GetValue(_alpha),
            Prior = ImagesVerbs.PriorOf(parsed, _prior),
            Pixels = parsed.GetValue(_pixelLaw) switch
            {
                Beta => PixelLaw.Beta,
                LogitNormal => PixelLaw.LogitNormal,
                _ => null,
            },
            Seed = parsed.GetValue(_seed),
            Threads = parsed.Optional(_threads) ?? Defaults.Threads,
        };
}
