using BgmFunctional.Kernels;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>A fitted <see cref="Bgm"/>. Immutable.</summary>
public sealed class FittedBgm
{
    private readonly Core.BgmModel _model;

    internal FittedBgm(Core.BgmModel model) => _model = model;

    /// <summary>The model in a file.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another kind.</exception>
    public static FittedBgm Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.ModelFile.load(path).OrThrowModelFile());
    }

    /// <summary>Names of the columns of the table.</summary>
    public IReadOnlyList<string> Columns => [.. _model.Encoding.Columns.Select(column => column.Name)];

    /// <summary>Rows of the fit.</summary>
    public int Rows => _model.Provenance.Rows;

    /// <summary>How well the model fits the cells that it was fitted to, at the latents of the fit.</summary>
    public BgmEvaluation Evaluation => BgmEvaluation.Of(_model.History.Last().Evaluation);

    /// <summary>Every setting of the fit by its published name, as JSON.</summary>
    public string Settings => Core.SettingsModule.format(new(_model.Config, _model.Options));

    /// <summary>How well the model gives rows back at their codes.</summary>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="threads">1 or more; null: all processors.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    public BgmEvaluation Evaluate(Columns data, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return BgmEvaluation.Of(Core.Evaluate.table(threads ?? Environment.ProcessorCount, _model, data.Frame).OrThrow());
    }

    /// <summary>Fills the holes of a table; a row without anything seen is answered from the prior.</summary>
    /// <param name="data">Rows with the model's columns, in any order; <c>NaN</c> and empty texts are holes.</param>
    /// <param name="options">How to fill them; null: as published.</param>
    /// <param name="progress">Told the share of the chains that have ended.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">The data do not fit the model, such as a category that was never seen.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be written, or is of another prediction.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ImputedTable Impute(
        Columns data,
        ImputeOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var core = (options ?? new()).ToCore(Plain.Share(progress), cancellation);
        return new(Core.Impute.table(core, _model, data.Frame).OrThrow());
    }

    /// <summary>Makes new rows like those that were learned from.</summary>
    /// <param name="rows">1 or more.</param>
    /// <param name="cells">What the cells hold.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    /// <exception cref="OptionException">Fewer rows than one.</exception>
    public Columns Generate(int rows, NewCells cells = NewCells.LikeTable, long seed = 0) =>
        new(Core.Generate.table(Key.OfSeed(seed), rows, ToCore(cells), _model).OrThrow());

    /// <summary>Writes the model as a safetensors file, as a whole or not at all.</summary>
    /// <exception cref="ModelFileException">The folder does not exist, or the file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Core.ModelFile.save(path, _model).OrThrowModelFile();
    }

    private static Core.NewCells ToCore(NewCells cells) => cells switch
    {
        NewCells.LikeTable => Core.NewCells.LikeTable,
        NewCells.Drawn => Core.NewCells.Drawn,
        NewCells.Means => Core.NewCells.Means,
        _ => throw new ArgumentOutOfRangeException(nameof(cells), cells, null),
    };
}
