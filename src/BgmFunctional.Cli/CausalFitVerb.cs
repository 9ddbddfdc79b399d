using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm causal fit</summary>
internal sealed class CausalFitVerb : Verb
{
    private const string Binary = "binary";
    private const string Continuous = "continuous";

    private static readonly CausalFitOptions Defaults = new();

    private readonly InputFile _data = InputFile.Data("Rows of treatment, outcome and covariates.");
    private readonly Option<string> _treatment = Required("--treatment", "X", "The treatment's column.");
    private readonly Option<string> _outcome = Required("--outcome", "Y", "The outcome's column.");

    private readonly Option<string> _covariates =
        new("--covariates") { HelpName = "V1,V2", Description = "The covariates' columns, separated by commas; all others if not given." };

    private readonly Option<string> _kind = Required("--treatment-kind", $"{Binary}|{Continuous}", "Whether the treatment is 0 or 1, or any number.");

    private readonly Option<string> _latent = Required(
        "--latent", "Z0,Z1,Z2,Z3", "Sizes of the latent's parts: what confounds, what moves the outcome, what moves the treatment, the rest.");

    private readonly Option<int> _epochs = CommonOptions.Count("--epochs", "Passes of iterative updating over the rows.").WithDefault(Defaults.Epochs);

    private readonly Option<int> _egmIterations =
        new Option<int>("--egm-iterations") { Description = "Iterations of the warm start; 0: none." }
            .Numeric("N", "a whole number, 0 or more", value => value >= 0)
            .WithDefault(Defaults.EgmIterations);

    private readonly Option<int> _batchSize =
        CommonOptions.Count("--batch-size", "Rows of a step; all rows if there are fewer.").WithDefault(Defaults.BatchSize);

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly OutputPath _out = new("MODEL.safetensors", "Takes the fitted model.");

    public CausalFitVerb(Session session)
        : base(session, "fit", "Fits a CausalBGM: latents and networks that explain covariates, treatment and outcome.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_data, _treatment, _outcome, _covariates, _kind, _latent, _epochs, _egmIterations, _batchSize, _seed, _threads, _json, _out])
        {
            Add(option);
        }

        _kind.Validators.Add(CheckKind);
        _latent.Validators.Add(CheckLatent);
    }

    public override string Examples =>
        """
        bgm causal fit --data rows.csv --treatment x --outcome y --treatment-kind continuous --latent 1,1,1,7 --out model.safetensors
        bgm causal fit --data trial.csv --treatment treated --outcome cost --covariates age,sex --treatment-kind binary --latent 1,1,1,3 --epochs 50 --out model.safetensors
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var path = _out.Read(parsed);
        var options = new CausalFitOptions
        {
            Epochs = parsed.GetValue(_epochs),
            EgmIterations = parsed.GetValue(_egmIterations),
            BatchSize = parsed.GetValue(_batchSize),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.Optional(_threads) ?? Defaults.Threads,
        };
        var rows = 0;
        var fitted = _data.Use(parsed, data =>
        {
            rows = data.Rows;
            return Model(parsed).Fit(data, options, new CausalFitDisplay(Session.Error), Session.Cancellation);
        });
        Session.Cancellation.ThrowIfCancellationRequested();
        fitted.Save(path);
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["rows"] = rows,
                ["covariates"] = fitted.Covariates.Count,
                ["epoch"] = fitted.Epoch,
                ["mseY"] = Json.Of(fitted.MseY),
                ["seconds"] = watch.Elapsed.TotalSeconds,
            });
        }
        else
        {
            Session.Out.WriteLine(
                $"{rows} rows, {fitted.Covariates.Count} covariates, best epoch {fitted.Epoch} (mean square of y {Tables.Number(fitted.MseY)}) in {watch.Elapsed.TotalSeconds:0.0} s -> {path}");
        }

        return ExitCode.Done;
    }

    private static Option<string> Required(string name, string letter, string description) =>
        new(name) { HelpName = letter, Description = description, Required = true };

    private static void CheckKind(OptionResult result)
    {
        if (result.Text() is { } kind and not (Binary or Continuous))
        {
            result.AddError($"{result.Option.Name}: found '{kind}'; it must be {Binary} or {Continuous}.");
        }
    }

    private static void CheckLatent(OptionResult result)
    {
        if (result.Text() is { } text && Sizes(text) is null)
        {
            result.AddError($"{result.Option.Name}: found '{text}'; it must be four whole numbers, at least 1, such as 1,1,1,7.");
        }
    }

    private static LatentSizes? Sizes(string text)
    {
        var sizes = text.Split(',')
            .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0)
            .ToList();
        return sizes.Count == 4 && sizes.All(size => size >= 1) ? new(sizes[0], sizes[1], sizes[2], sizes[3]) : null;
    }

    private Fluent.CausalBgm Model(ParseResult parsed)
    {
        var (treatment, outcome) = (parsed.GetRequiredValue(_treatment), parsed.GetRequiredValue(_outcome));
        var sizes = Sizes(parsed.GetRequiredValue(_latent))!;
        var model = parsed.GetValue(_kind) == Binary
            ? Fluent.CausalBgm.Binary(treatment, outcome, sizes)
            : Fluent.CausalBgm.Continuous(treatment, outcome, sizes);
        return parsed.GetValue(_covariates) is { } names
            ? model.WithCovariates(names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            : model;
    }
}
