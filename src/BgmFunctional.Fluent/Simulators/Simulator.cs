using BgmFunctional.Kernels;
using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>
/// A structural causal model that is known: it draws rows as they are seen, as they would be under an intervention, and as pairs of the
/// two that share their latents, and it says what a good model of them finds. Immutable; what it draws depends on the seed alone.
/// </summary>
/// <example>
/// <code>
/// var vaca = Simulator.Named("vaca");
/// var seen = vaca.Sample(5000, seed: 7);
/// var acted = vaca.Sample(5000, Do.Set("x2", -3), seed: 7);
/// </code>
/// </example>
public sealed class Simulator
{
    private readonly Core.Simulator _simulator;

    private Simulator(Core.Simulator simulator) => _simulator = simulator;

    /// <summary>All simulators.</summary>
    public static IReadOnlyList<Simulator> All { get; } = [.. Core.Simulators.all.Select(simulator => new Simulator(simulator))];

    /// <summary>The simulator of a name, such as <c>vaca</c> or <c>triangle-atan</c>.</summary>
    /// <exception cref="OptionException">There is none of that name; the message lists those there are.</exception>
    public static Simulator Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Core.Simulators.named(name).OrThrow());
    }

    /// <summary>The name, in lower case with hyphens.</summary>
    public string Name => _simulator.Name;

    /// <summary>What it is, in one line.</summary>
    public string Description => _simulator.Description;

    /// <summary>The causal graph with the terms of the paper, ready to be fitted.</summary>
    public TramDag Graph => new(_simulator.Dag);

    /// <summary>The true coefficients of the graph's linear shifts.</summary>
    public IReadOnlyList<Coefficient> Coefficients => [.. _simulator.Truth.Value.Coefficients.Select(Coefficient.Of)];

    /// <summary>The true complex shifts.</summary>
    public IReadOnlyList<TrueCurve> Curves => [.. _simulator.Truth.Value.Curves.Select(TrueCurve.Of)];

    /// <summary>True effects and counterfactuals.</summary>
    public IReadOnlyList<TrueEffect> Effects => [.. _simulator.Truth.Value.Effects.Select(TrueEffect.Of)];

    /// <summary>Coefficients, curves and effects as a JSON object.</summary>
    public string TruthAsJson() => Core.TruthFile.format(_simulator);

    /// <summary>Rows as they are seen or, of the same latents, as they would be under an intervention.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="interventions">What is set by hand; null: nothing.</param>
    /// <param name="seed">The first rows of a longer sample with the same seed are the same.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public Columns Sample(int n, Intervention? interventions = null, long seed = 0) =>
        new(Core.SimulatorModule.sample(Key.OfSeed(seed), (interventions ?? Do.Nothing).Settings, n, _simulator).OrThrow());

    /// <summary>Rows as they are seen.</summary>
    /// <inheritdoc cref="Sample(int, Intervention?, long)"/>
    public Columns Sample(int n, long seed) => Sample(n, null, seed);

    /// <summary>The latents that <see cref="Sample(int, Intervention?, long)"/> makes rows of, a column for every node.</summary>
    /// <param name="n">How many rows, 1 or more.</param>
    /// <param name="seed">Names the draws.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    public Columns Latents(int n, long seed = 0) => new(Core.SimulatorModule.latents(Key.OfSeed(seed), n, _simulator).OrThrow());

    /// <summary>The rows that latents make.</summary>
    /// <param name="latents">A column for every node.</param>
    /// <param name="interventions">What is set by hand; null: nothing.</param>
    /// <exception cref="DataException">A column is missing or surplus, or a value is no finite number.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public Columns FromLatents(Columns latents, Intervention? interventions = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return new(Core.SimulatorModule.push((interventions ?? Do.Nothing).Settings, latents.Frame, _simulator).OrThrow());
    }

    /// <summary>Rows as they are seen, and what each of them would have been under an intervention.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="interventions">What is set by hand.</param>
    /// <param name="seed">Names the draws.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    /// <exception cref="QueryException">The intervention names an unknown node, no level of it, or too few values.</exception>
    public CounterfactualPair Counterfactual(int n, Intervention interventions, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(interventions);
        var (factual, imagined) =
            Core.SimulatorModule.counterfactual(Key.OfSeed(seed), interventions.Settings, n, _simulator).OrThrow();
        return new(new(factual), new(imagined));
    }

    /// <summary>Refuses an intervention that cannot be made here.</summary>
    /// <exception cref="QueryException">It names an unknown node, or no level of it.</exception>
    public void Check(Intervention interventions)
    {
        ArgumentNullException.ThrowIfNull(interventions);
        Core.SimulatorModule.check(interventions.Settings, _simulator).OrThrow();
    }
}
