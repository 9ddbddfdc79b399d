using BgmFunctional.Kernels;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <content>Refits to resampled rows.</content>
public sealed partial class FittedFlow
{
    /// <summary>
    /// Fits the flow again and again, as it was fitted, to rows drawn from its own with replacement: how its answers vary from refit to refit is how
    /// they would vary with the sample. Efron and Tibshirani, An Introduction to the Bootstrap (1993).
    /// </summary>
    /// <param name="training">The rows that the flow was fitted to.</param>
    /// <param name="validation">The rows that were held back; null: none. They are resampled beside the training rows.</param>
    /// <param name="options">How; null: 200 whole refits.</param>
    /// <param name="progress">Hears of every refit, from one thread at a time.</param>
    /// <param name="cancellation">Ends the bootstrap between two refits, or two epochs of one.</param>
    /// <exception cref="DataException">The rows are not those that the flow was fitted to.</exception>
    /// <exception cref="OptionException">Fewer than 20 refits, or warm epochs for a classical fit.</exception>
    /// <exception cref="QueryException">The flow is out of a file of an earlier release, which does not say how it was fitted.</exception>
    /// <exception cref="FitException">More than half of the refits failed, or fewer than 20 are left.</exception>
    /// <exception cref="OperationCanceledException">The bootstrap was cancelled.</exception>
    public FlowBootstrap Bootstrap(
        Columns training,
        Columns? validation = null,
        BootstrapOptions? options = null,
        IProgress<BootstrapProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new();
        var recipe = Core.RecipeModule.ofFlow(_flow).OrThrow();
        var core = options.ToCore(refit => progress?.Report(BootstrapProgress.Of(refit)), cancellation);
        var held = validation is null ? null : FSharpOption<Data.Frame>.Some(validation.Frame);
        var key = Key.OfSeed(options.Seed);
        return new(Ask(team => Core.BootstrapModule.run(team, key, core, recipe, _flow, training.Frame, held)), _threads);
    }

    /// <summary>The files of the rows that the flow in a model file was fitted to, if the file remembers them.</summary>
    /// <param name="model">The path that the flow was loaded from.</param>
    public TrainingFiles? TrainingFiles(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Fluent.TrainingFiles.Of(Core.TrainingFilesModule.recall(model, _flow));
    }

    /// <summary>The rows in files, parted as they were for the fit.</summary>
    /// <exception cref="DataException">A file cannot be read, or its rows cannot be those of the fit.</exception>
    public (Columns Training, Columns? Validation) Read(TrainingFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var (training, validation) = Core.TrainingFilesModule.read(files.ToCore(), _flow).OrThrow();
        return (new(training), validation is { Value: var held } ? new(held) : null);
    }
}
