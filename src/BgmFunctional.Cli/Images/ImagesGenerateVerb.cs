using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm images generate</summary>
internal sealed class ImagesGenerateVerb : Verb
{
    private readonly InputFile _model = InputFile.Model("bgm images fit");
    private readonly Option<int> _count = CommonOptions.Count("--n", "Number of images.").WithDefault(100);
    private readonly Option<string> _prior = ImagesVerbs.Prior("Where latents are drawn from");
    private readonly Option<bool> _drawn = CommonOptions.Flag("--drawn", "Draw the logits of pixels with their noise, instead of taking their means.");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly OutputPath _out = ImagesVerbs.Out("Takes the images.");
    private readonly OutputPath _sheet = ImagesVerbs.Sheet();
    private readonly OutputPath _page = ImagesVerbs.Page();
    private readonly Option<bool> _json = CommonOptions.Json();

    public ImagesGenerateVerb(Session session)
        : base(session, "generate", "Makes new images.")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _count, _prior, _drawn, _seed, _threads, _out, _sheet, _page, _json])
        {
            Add(option);
        }
    }

    public override string Examples => "bgm images generate --model digits.safetensors --n 64 --out new.npy --sheet new.png";

    protected override int Run(ParseResult parsed)
    {
        var (path, sheet, page) = (_out.Read(parsed), _sheet.TryRead(parsed), _page.TryRead(parsed));
        var model = FittedImageBgm.Load(parsed.GetRequiredValue(_model));
        var count = parsed.GetValue(_count);
        var images = model.Generate(count, parsed.GetValue(_seed), ImagesVerbs.PriorOf(parsed, _prior), parsed.GetValue(_drawn), parsed.Optional(_threads));
        Session.Cancellation.ThrowIfCancellationRequested();
        images.ToFile(path);
        if (sheet is not null) images.SaveSheet(sheet);
        if (page is not null) images.SavePage(page, "New images", $"{count} draws from a model of {model.Images} images");
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new() { ["images"] = count, ["height"] = images.Height, ["width"] = images.Width });
        }
        else
        {
            Session.Out.WriteLine($"{count} images of {images.Height} x {images.Width} -> {string.Join(", ", new[] { path, sheet, page }.OfType<string>())}");
        }

        return ExitCode.Done;
    }
}
