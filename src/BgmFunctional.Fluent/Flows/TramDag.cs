using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// A causal graph that is ready to be fitted: nodes in any order, parents that exist, no cycle. Immutable.
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206.
/// </summary>
/// <example>
/// <code>
/// var flow = TramDag.Create()
///     .AddContinuous("age")
///     .AddOrdinal("outcome", levels: 7, node => node.ComplexShift("age"))
///     .Build();
/// var fitted = flow.Fit(Columns.FromCsv("cohort.csv"), options: new FitOptions { Seed = 7 });
/// </code>
/// </example>
public sealed class TramDag
{
    private readonly Core.Dag _dag;

    internal TramDag(Core.Dag dag) => _dag = dag;

    /// <summary>Begins a graph.</summary>
    public static TramDagBuilder Create() => new(FSharpList<Core.Node>.Empty);

    /// <summary>The graph in a JSON file: node → kind, levels, parents or terms, transform.</summary>
    /// <exception cref="GraphException">The file cannot be read, or every problem that the graph has.</exception>
    public static TramDag FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.GraphFile.read(path).OrThrow());
    }

    /// <summary>The fitted flow in a model file; it answers every question as the one that was saved, bit for bit.</summary>
    /// <exception cref="ModelFileException">The file is missing, cut short, or holds another kind of thing.</exception>
    public static FittedFlow Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.ModelFile.load(path).OrThrowModelFile(), Core.FitOptionsModule.defaults.Threads, null);
    }

    /// <summary>The nodes, in the order in which they were added.</summary>
    public IReadOnlyList<NodeInfo> Nodes => NodeInfo.Of(_dag);

    /// <summary>
    /// Whether the graph makes two nodes independent once others are given: every path between them is blocked (d-separation).
    /// </summary>
    /// <exception cref="QueryException">The graph does not have one of the nodes.</exception>
    public bool IsSeparated(string first, string second, params IReadOnlyList<string> given)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(given);
        return Checks.Separation.isSeparated(first, second, ListModule.OfSeq(given), _dag).OrThrow();
    }

    /// <summary>How each node acts on each, as a matrix.</summary>
    public MetaAdjacency MetaAdjacency => new(_dag);

    /// <summary>The graph as JSON, as <see cref="FromFile"/> reads it.</summary>
    public string ToJson() => Core.GraphFile.format(_dag);

    /// <summary>
    /// Refuses rows that no fit of this graph can take; asked of all rows before some are held back, it names the right one.
    /// </summary>
    /// <exception cref="DataException">A column is missing, surplus or constant, or a value is missing or cannot be.</exception>
    public void Check(Columns data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Core.Fit.check(_dag, data.Frame).OrThrow();
    }

    /// <summary>Fits the flow by maximum likelihood. Everything is checked before any work.</summary>
    /// <param name="training">The rows that teach; its columns must be exactly the nodes, in any order.</param>
    /// <param name="validation">Rows held back, on which progress is judged; null: it is judged on the training rows.</param>
    /// <param name="options">How to fit; null: as published.</param>
    /// <param name="progress">Hears of every epoch, on the calling thread.</param>
    /// <param name="cancellation">Ends the fit between two epochs.</param>
    /// <exception cref="DataException">A column is missing, surplus or constant, or a value is missing or cannot be.</exception>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, or is none of this fit.</exception>
    /// <exception cref="FitException">The loss became infinite or undefined.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled; a checkpoint, if there is one, has what was done.</exception>
    public FittedFlow Fit(
        Columns training,
        Columns? validation = null,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new();
        var core = options.ToCore(epoch => progress?.Report(FitProgress.Of(_dag, epoch)), cancellation);
        var held = Plain.Option(validation);
        var result = Core.Fit.run(_dag, core, training.Frame, held).OrThrow();
        return new(result.Flow, options.Threads, FitSummary.Of(result));
    }

    /// <summary>Fits the flow to training rows alone.</summary>
    /// <inheritdoc cref="Fit(Columns, Columns?, FitOptions?, IProgress{FitProgress}?, CancellationToken)"/>
    public FittedFlow Fit(Columns training, FitOptions options) => Fit(training, null, options);

    /// <summary>
    /// The exact maximum-likelihood estimate of a graph whose terms are all linear shifts, with standard errors:
    /// <see cref="FittedFlow.Inference"/>. Deterministic; needs no options.
    /// </summary>
    /// <param name="data">All rows; its columns must be exactly the nodes, in any order.</param>
    /// <param name="threads">Threads that share the work, 1 or more; null: all processors. The result does not depend on it.</param>
    /// <exception cref="GraphException">An edge is no linear shift; the first one is named.</exception>
    /// <exception cref="DataException">A column is missing, surplus or constant, or a value is missing or cannot be.</exception>
    /// <exception cref="OptionException">Fewer than one thread.</exception>
    public FittedFlow FitClassical(Columns data, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var count = threads ?? Core.FitOptionsModule.defaults.Threads;
        var result = Core.Classical.fit(count, _dag, data.Frame).OrThrow();
        return new(result.Flow, count, FitSummary.Of(result));
    }
}
