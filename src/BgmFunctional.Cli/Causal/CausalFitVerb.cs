using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm causal fit</summary>
internal sealed class CausalFitVerb : Verb
{
    private readonly InputFile _data = InputFile.Data("Rows of treatment, outcome and covariates.");
    private readonly CausalModelOptions _model = new();
    private readonly CheckpointOptions _checkpoints = new("Reports of the warm start and then epochs");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly OutputPath _out = new("MODEL.safetensors", "Takes the fitted model.");

    public CausalFitVerb(Session session)
        : base(session, "fit", "Fits a CausalBGM: latents and networks that explain covariates, treatment and outcome.")
    {
        foreach (var option in (IEnumerable<Option>)[_data, .. _model.All, .. _checkpoints.All, _threads, _json, _out])
        {
            Add(option);
        }

        Validators.Add(_checkpoints.Check);
    }

    public override string Examples =>
        """
        bgm causal fit --data rows.csv --treatment x --outcome y --treatment-kind continuous --latent 1,1,1,7 --out model.safetensors
        bgm causal fit --data trial.csv --treatment treated --outcome cost --covariates age,sex --treatment-kind binary --latent auto --epochs 50 --out model.safetensors
        bgm causal fit --data sites.csv --treatment treated --outcome cost --treatment-kind binary --model identifiable --auxiliary site \
            --config config.json --checkpoint run1 --resume --out model.safetensors

        A configuration has settings by their published names; --show-config prints them all.
        { "z_dims": [1, 1, 1, 7], "binary_treatment": false, "g_units": [64, 64], "lr_theta": 1e-4, "use_bnn": true, "epochs": 50 }
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var settings = _model.Settings(parsed, Session.Error);
        if (_model.IsShown(parsed))
        {
            Session.Out.Write(_model.WithLatents(parsed, settings, () => _data.Use(parsed, data => data), Session.Error).ToJson());
            return ExitCode.Done;
        }

        var path = _out.Read(parsed);
        var plan = _checkpoints.Plan(parsed, Session.Error);
        IReadOnlyList<WeightChain> chains = [];
        var fitted = _checkpoints.OrSayHowToGoOn(plan, Session.Error, () => _data.Use(parsed, data =>
        {
            settings = _model.WithLatents(parsed, settings, () => data, Session.Error);
            var options = settings.FitOptions with { Checkpoint = plan };
            options = options with { Threads = parsed.Optional(_threads) ?? options.Threads };
            var progress = new StagedFitDisplay<CausalFitProgress>(
                Session.Error, step => step.MseY is { } mse ? $"mean square of y {Tables.Number(mse)}" : null);
            var fitted = _model.Model(parsed, settings).Fit(data, options, progress, Session.Cancellation);
            Session.Cancellation.ThrowIfCancellationRequested();
            if (_model.Weights(parsed, settings) is not { } weights) return fitted;
            (fitted, chains) = fitted.DrawWeights(
                data, weights with { Seed = options.Seed, Threads = options.Threads }, new Tenths(Session.Error, "weights"), Session.Cancellation);
            return fitted;
        }));
        if (fitted is null) return ExitCode.Cancelled;
        fitted.Save(path);
        Show(parsed, fitted, chains, watch.Elapsed.TotalSeconds, path);
        return ExitCode.Done;
    }

    private void Show(ParseResult parsed, FittedCausalBgm fitted, IReadOnlyList<WeightChain> chains, double seconds, string path)
    {
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["rows"] = fitted.Rows,
                ["covariates"] = fitted.Covariates.Count,
                ["epoch"] = fitted.Epoch,
                ["mseY"] = Json.Of(fitted.MseY),
                ["settings"] = JsonNode.Parse(fitted.Settings),
                ["warnings"] = new JsonArray([.. fitted.Warnings.Select(warning => JsonValue.Create(warning))]),
                ["weights"] = new JsonArray([.. chains.Select(chain => new JsonObject
                {
                    ["network"] = chain.Network,
                    ["acceptance"] = Json.Of(chain.Acceptance),
                    ["rHat"] = Json.Of(chain.RHat),
                    ["ess"] = Json.Of(chain.Ess),
                })]),
                ["seconds"] = seconds,
            });
            return;
        }

        foreach (var warning in fitted.Warnings) Session.Out.WriteLine($"warning: {warning}");
        foreach (var chain in chains)
        {
            Session.Out.WriteLine(
                $"weights of the network of the {chain.Network}: acceptance {chain.Acceptance:0.00}, R-hat {chain.RHat:0.000}, {chain.Ess:0} effective draws of the log density");
        }

        Session.Out.WriteLine(
            $"{fitted.Rows} rows, {fitted.Covariates.Count} covariates, best epoch {fitted.Epoch} (mean square of y {Tables.Number(fitted.MseY)}) in {seconds:0.0} s -> {path}");
    }
}
