using BgmFunctional.Kernels;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// A fitted causal flow and the questions it answers: what is seen, what if we act, what if we had acted. Immutable, and safe to ask
/// from several threads. Data need exactly the model's nodes as columns, in any order; what depends on chance depends on its seed alone.
/// </summary>
public sealed partial class FittedFlow
{
    private readonly Core.Flow _flow;
    private readonly int _threads;

    internal FittedFlow(Core.Flow flow, int threads, FitSummary? summary)
    {
        _flow = flow;
        _threads = threads;
        Summary = summary;
    }

    /// <summary>How the fit ended; null for a flow that was loaded from a file.</summary>
    public FitSummary? Summary { get; }

    /// <summary>The nodes, in the order of the graph.</summary>
    public IReadOnlyList<NodeInfo> Nodes => NodeInfo.Of(_flow.Dag);

    /// <summary>The number of rows that it was fitted to.</summary>
    public int Rows => _flow.Provenance.Rows;

    /// <summary>The losses of every epoch of the fit.</summary>
    public IReadOnlyList<Losses> History => [.. _flow.History.Select(epoch => Losses.Of(_flow.Dag, epoch))];

    /// <summary>The coefficients of all linear shifts.</summary>
    public IReadOnlyList<Coefficient> Coefficients => [.. Core.FlowModule.coefficients(_flow).Select(Coefficient.Of)];

    /// <summary>
    /// What a classical fit infers: estimates with standard errors, Wald tests and 95 % intervals, log-likelihoods and AIC, by node.
    /// </summary>
    /// <param name="references">
    /// The level that the others of an ordinal parent are compared with, by parent; null, or a parent that is not named: its lowest.
    /// </param>
    /// <exception cref="QueryException">The flow was fitted in another way, or there is no such parent or level.</exception>
    public IReadOnlyList<NodeInference> Inference(IReadOnlyDictionary<string, string>? references = null)
    {
        var pairs = ListModule.OfSeq((references ?? new Dictionary<string, string>()).Select(pair => Tuple.Create(pair.Key, pair.Value)));
        return [.. Core.FlowModule.inference(pairs, _flow).OrThrow().Select(NodeInference.Of)];
    }

    /// <summary>The same flow on so many threads; its answers do not depend on it. Without this it has those of its fit, or all
    /// processors after loading.</summary>
    /// <param name="threads">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public FittedFlow WithThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new(_flow, threads, Summary);
    }

    /// <summary>The log-density of each row, nats.</summary>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    public double[] LogProb(Columns data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Ask(team => Core.FlowModule.logProb(team, data.Frame, _flow));
    }

    /// <summary>The mean negative log-likelihood of each node, nats.</summary>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    public IReadOnlyDictionary<string, double> Nll(Columns data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Plain.ByNode(_flow.Dag, Ask(team => Core.FlowModule.nll(team, data.Frame, _flow)));
    }

    /// <summary>Rows as the model sees the world, or as it would be under an intervention.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="interventions">What is set by hand; null: nothing.</param>
    /// <param name="seed">The first rows of a longer sample with the same seed are the same.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public Columns Sample(int n, Intervention? interventions = null, long seed = 0) =>
        AskColumns(team => Core.FlowModule.sample(team, Key.OfSeed(seed), Settings(interventions), n, _flow));

    /// <summary>
    /// The latent of every node in every row: exact for continuous nodes, for ordinal ones a draw from the interval that their level
    /// leaves.
    /// </summary>
    /// <param name="data">Observed rows.</param>
    /// <param name="seed">Names the draws.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    public Columns Abduct(Columns data, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        return AskColumns(team => Core.FlowModule.abduct(team, Key.OfSeed(seed), data.Frame, _flow));
    }

    /// <summary>The rows that latents make; those of abducted rows are these rows again.</summary>
    /// <param name="latents">A column for every node.</param>
    /// <param name="interventions">What is set by hand; null: nothing.</param>
    /// <exception cref="DataException">A column is missing or surplus, or a value is no finite number.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public Columns FromLatents(Columns latents, Intervention? interventions = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return AskColumns(team => Core.FlowModule.ofLatents(team, Settings(interventions), latents.Frame, _flow));
    }

    /// <summary>What each row would have been: its latents are abducted, the intervention is made, the rest follows.</summary>
    /// <param name="data">Observed rows.</param>
    /// <param name="interventions">What is set by hand; nothing set gives the rows back.</param>
    /// <param name="seed">Names the draws that the latents of ordinal nodes need.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public Columns Counterfactual(Columns data, Intervention interventions, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(interventions);
        return AskColumns(team =>
            Core.FlowModule.counterfactual(team, Key.OfSeed(seed), Settings(interventions), data.Frame, _flow));
    }

    /// <summary>The probability of each level of an ordinal node in each row, given the node's parents there; exact.</summary>
    /// <param name="node">Name of an ordinal node.</param>
    /// <param name="data">Observed rows.</param>
    /// <param name="interventions">What is set by hand; only the node's parents matter. Null: nothing.</param>
    /// <returns>One array a row, with a number a level.</returns>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="QueryException">The node is unknown or continuous, or the intervention cannot be made.</exception>
    public double[][] Pmf(string node, Columns data, Intervention? interventions = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(data);
        return Ask(team => Core.FlowModule.pmf(team, node, Settings(interventions), data.Frame, _flow));
    }

    /// <summary>
    /// What to look at before a causal answer is believed: overlap of treatments, fit of the nodes, and the independences that the graph
    /// implies. Rows that the flow was not fitted to test its fit best.
    /// </summary>
    /// <param name="data">Observed rows, a hundred or more.</param>
    /// <param name="options">How to check; null: no treatment, level 0.05.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="OptionException">A level or a bound outside its range.</exception>
    /// <exception cref="QueryException">A treatment is no node, or the rows are too few.</exception>
    public ModelCheck CheckAgainst(Columns data, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new(Ask(team => Checks.ModelCheckModule.run(team, (options ?? new()).ToCore(), data.Frame, _flow)));
    }

    /// <summary>Refuses an intervention that this model cannot take, before any data are at hand.</summary>
    /// <exception cref="QueryException">It names an unknown node, or no level of it.</exception>
    public void Check(Intervention interventions)
    {
        ArgumentNullException.ThrowIfNull(interventions);
        Core.FlowModule.checkInterventions(_flow, interventions.Settings).OrThrow();
    }

    /// <summary>Charts of the flow with their numbers, as a page that stands by itself.</summary>
    /// <param name="options">What to show; null: everything that needs neither data nor interventions.</param>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="OptionException">Fewer than one row is to be drawn, or the data have no such row.</exception>
    /// <exception cref="QueryException">An intervention cannot be made, or a chart is asked for that cannot be drawn.</exception>
    public FlowReport Report(ReportOptions? options = null)
    {
        options ??= new();
        return new(options.Title, Ask(team => Core.FlowReport.exhibits(team, options.ToCore(), _flow)), _flow);
    }

    /// <summary>One chart of the flow.</summary>
    /// <param name="chart">Which one.</param>
    /// <param name="options">What it may need, such as data; its own list of charts is not looked at.</param>
    /// <inheritdoc cref="Report"/>
    public Chart Chart(FlowChart chart, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return Report((options ?? new()) with { Charts = [chart] }).Charts[0];
    }

    /// <summary>Writes the model as a safetensors file, as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Where the rows of the fit stand, for the file to remember; null: what it remembered.</param>
    /// <exception cref="ModelFileException">The folder does not exist, or the file cannot be written.</exception>
    public void Save(string path, TrainingFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var flow = files is null ? _flow : Core.TrainingFilesModule.remember(path, files.ToCore(), _flow);
        Core.ModelFile.save(path, flow).OrThrowModelFile();
    }

    private static Microsoft.FSharp.Collections.FSharpList<Tuple<string, Core.Setting>> Settings(Intervention? interventions) =>
        (interventions ?? Do.Nothing).Settings;

    private T Ask<T>(Func<Team, FSharpResult<T, Core.FlowError>> question)
    {
        using var team = new Team(_threads);
        return question(team).OrThrow();
    }

    private Columns AskColumns(Func<Team, FSharpResult<Data.Frame, Core.FlowError>> question) => new(Ask(question));
}
