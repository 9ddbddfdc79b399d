using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What the verbs of `bgm images` share.</summary>
internal static class ImagesVerbs
{
    private const string Fitted = "fitted";
    private const string StandardNormal = "standard-normal";

    private static readonly string[] Priors = [Fitted, StandardNormal];

    /// <summary>The command with its verbs.</summary>
    public static Command Group(Session session)
    {
        var images = new Command("images", "Images with missing pixels filled in, with intervals, and new ones (MNISTBGM).")
        {
            new ImagesFitVerb(session),
            new ImagesImputeVerb(session),
            new ImagesGenerateVerb(session),
            new ImagesEvaluateVerb(session),
        };
        images.SetAction(Help.Write);
        return images;
    }

    /// <summary>A file of images.</summary>
    public static InputFile Data(string description) =>
        new("--data", "IMAGES", $"{description} IDX (plain or .gz), NPY or NPZ: (n, height, width) bytes, or values in [0, 1].");

    /// <summary>How many of the images in a file are taken.</summary>
    public static Option<int> Limit() => CommonOptions.Count("--limit", "Only the first N images; all if not given.");

    /// <summary>The images in a file, as many as are asked for; where they are refused, the message names it.</summary>
    public static T Use<T>(ParseResult parsed, InputFile file, Option<int> limit, Func<ImageSet, T> make)
    {
        var path = parsed.GetRequiredValue(file);
        return InputFile.Naming(_ => path, () =>
        {
            var images = ImageSet.FromFile(path);
            return make(parsed.Optional(limit) is { } count ? images.First(count) : images);
        });
    }

    /// <summary>The prior of latents.</summary>
    public static Option<string> Prior(string description)
    {
        var prior = new Option<string>("--prior")
        {
            HelpName = string.Join('|', Priors),
            Description = $"{description}: as those of the fit do, or as published, N(0, I).",
        }.WithDefault(Fitted);
        prior.Validators.Add(result => CommonOptions.CheckWord(result, Priors));
        return prior;
    }

    /// <summary>The prior that is asked for.</summary>
    public static LatentPrior PriorOf(ParseResult parsed, Option<string> prior) =>
        parsed.GetValue(prior) == StandardNormal ? LatentPrior.StandardNormal : LatentPrior.Fitted;

    /// <summary>Images as numbers, for programs.</summary>
    public static OutputPath Out(string description)
    {
        var path = new OutputPath("OUT.npy", $"{description} NPY, NPZ or IDX, as the name ends.");
        path.Validators.Add(result =>
        {
            if (result.Text() is { Length: > 0 } text && !ImageSet.Endings.Contains(Path.GetExtension(text).ToLowerInvariant()))
            {
                result.AddError($"{path.Name}: found '{text}'; images are written as {string.Join(", ", ImageSet.Endings)}; let the name end so.");
            }
        });
        return path;
    }

    /// <summary>Images as a picture, for people.</summary>
    public static OutputPath Sheet() => new("SHEET.png", "Takes up to 160 of the images side by side.", "--sheet");

    /// <summary>Images as a page, for people.</summary>
    public static OutputPath Page() => new("PAGE.html", "Takes a page to look at, which needs no network.", "--page");
}
