using Microsoft.FSharp.Collections;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>A fitted <see cref="CausalBgm"/>. Immutable.</summary>
public sealed class FittedCausalBgm
{
    private readonly Core.CausalModel _model;

    internal FittedCausalBgm(Core.CausalModel model) => _model = model;

    /// <summary>The model in a file.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another kind.</exception>
    public static FittedCausalBgm Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.ModelFile.load(path).OrThrowModelFile());
    }

    /// <summary>Name of the treatment's column.</summary>
    public string Treatment => _model.Parts.Treatment;

    /// <summary>Name of the outcome's column.</summary>
    public string Outcome => _model.Parts.Outcome;

    /// <summary>Names of the covariates.</summary>
    public IReadOnlyList<string> Covariates => [.. _model.Parts.Covariates];

    /// <summary>Whether the treatment is 0 or 1.</summary>
    public bool IsBinary => _model.Config.Treatment.IsBinary;

    /// <summary>Sizes of the latent's parts.</summary>
    public LatentSizes Latents => LatentSizes.Of(_model.Config.Latents);

    /// <summary>Rows of the fit.</summary>
    public int Rows => _model.Provenance.Rows;

    /// <summary>The epoch whose weights these are.</summary>
    public int Epoch => _model.Epoch;

    /// <summary>Mean square of what was left of the outcome at that epoch.</summary>
    public double MseY => _model.History.Single(entry => entry.Epoch == _model.Epoch).Evaluation.MseY;

    /// <summary>Every setting of the fit by its published name, as JSON.</summary>
    public string Settings => Core.SettingsModule.format(Core.CausalModelModule.settings(_model));

    /// <summary>What speaks against the model, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. Core.CausalModelModule.warnings(_model)];

    /// <summary>How well the model gives rows back, and the effect that it estimates at their codes.</summary>
    /// <param name="data">Rows with the model's columns; others are not looked at.</param>
    /// <param name="threads">1 or more; null: all processors.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    public CausalEvaluation Evaluate(Columns data, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return CausalEvaluation.Of(Core.Evaluate.ofFrame(threads ?? Environment.ProcessorCount, _model, data.Frame).OrThrow());
    }

    /// <summary>What the treatment does to these rows, with posterior intervals.</summary>
    /// <param name="data">Rows with the model's columns; others are not looked at.</param>
    /// <param name="options">How to predict; null: as recommended. Doses are needed where the treatment is continuous.</param>
    /// <param name="progress">Told the share of the chains that have ended.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="OptionException">A setting outside its range, or doses missing or surplus.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public EffectPrediction Predict(
        Columns data,
        PredictionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        return PredictPooled([this], data, options, progress, cancellation);
    }

    /// <summary>
    /// The same by several fits, which differ in their seeds at least: their answers are averaged, and variances within and between them add up
    /// (Rubin's rules), so that intervals know what another fit would have said.
    /// </summary>
    /// <param name="fits">Fits of one treatment and one outcome.</param>
    /// <param name="data">Rows with the models' columns; others are not looked at.</param>
    /// <param name="options">How to predict; null: as recommended. Doses are needed where the treatment is continuous.</param>
    /// <param name="progress">Told the share of the chains that have ended.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">The data do not fit a model.</exception>
    /// <exception cref="OptionException">A setting outside its range, doses missing or surplus, no fits, or fits of different questions.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static EffectPrediction PredictPooled(
        IReadOnlyList<FittedCausalBgm> fits,
        Columns data,
        PredictionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fits);
        ArgumentNullException.ThrowIfNull(data);
        var core = (options ?? new()).ToCore(Plain.Share(progress), cancellation);
        var models = ListModule.OfSeq(fits.Select(fit => fit._model));
        var prediction = Core.PooledFits.ofFrame(core, models, data.Frame).OrThrow();
        return new(fits[0]._model, prediction);
    }

    /// <summary>Looks at what speaks against the model's effects, on these rows; those that it was not fitted to test it best.</summary>
    /// <param name="data">Rows with the model's columns, 50 or more; other columns are not looked at.</param>
    /// <param name="options">How to check; null: as recommended.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">The data do not fit the model, or are too few.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public CausalCheck CheckAgainst(Columns data, CausalCheckOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new(CausalChecks.CausalCheckModule.ofFrame((options ?? new()).ToCore(cancellation), _model, data.Frame).OrThrow());
    }

    /// <summary>Draws of the weights by Hamiltonian Monte Carlo; 0 unless they were drawn.</summary>
    public int WeightDraws => _model.WeightDraws.Length;

    /// <summary>
    /// FullMCMCCausalBGM: draws the weights of the networks by Hamiltonian Monte Carlo at the latents of the fit, with prior N(0, 1) on each
    /// weight, so that predictions pass through these draws.
    /// </summary>
    /// <param name="data">The rows of the fit.</param>
    /// <param name="options">How to draw; null: as published.</param>
    /// <param name="progress">Told the share of the gradients that are done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="OptionException">A setting outside its range, or other rows than those of the fit.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public DrawnWeights DrawWeights(
        Columns data,
        WeightOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var core = (options ?? new()).ToCore(Plain.Share(progress), cancellation);
        var (model, reports) = Core.WeightPosterior.ofFrame(core, _model, data.Frame).OrThrow();
        static WeightChain Chain(string network, Core.WeightReport report) =>
            new(network, report.Acceptance, report.StepSize, report.RHat, report.Ess);

        return new(
            new(model),
            [Chain("covariates", reports.Covariates), Chain("treatment", reports.Treatment), Chain("outcome", reports.Outcome)]);
    }

    /// <summary>Writes the model as a safetensors file, as a whole or not at all.</summary>
    /// <exception cref="ModelFileException">The folder does not exist, or the file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Core.ModelFile.save(path, _model).OrThrowModelFile();
    }
}
