using BgmFunctional.Kernels;
using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>
/// A population with one treatment, one outcome and many covariates, whose true effect is known. Immutable; what it draws depends on the
/// seed alone.
/// </summary>
/// <example>
/// <code>
/// var sample = TreatmentSimulator.Named("hirano-imbens").Sample(20_000, seed: 7);
/// sample.Rows.ToCsv("rows.csv");
/// </code>
/// </example>
public sealed class TreatmentSimulator
{
    private readonly Core.TreatmentSimulator _simulator;

    private TreatmentSimulator(Core.TreatmentSimulator simulator) => _simulator = simulator;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TreatmentSimulator> All { get; } =
        [.. Core.TreatmentSimulatorModule.all.Select(simulator => new TreatmentSimulator(simulator))];

    /// <summary>The simulator of a name, such as <c>hirano-imbens</c>.</summary>
    /// <exception cref="OptionException">There is none of that name; the message lists those there are.</exception>
    public static TreatmentSimulator Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Core.TreatmentSimulatorModule.named(name).OrThrow());
    }

    /// <summary>The name, in lower case with hyphens.</summary>
    public string Name => _simulator.Name;

    /// <summary>What it is, in one line.</summary>
    public string Description => _simulator.Description;

    /// <summary>The number of covariates.</summary>
    public int Covariates => _simulator.Covariates;

    /// <summary>Rows, with what is known of them.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="seed">The first rows of a longer sample with the same seed are the same.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    public TreatmentSample Sample(int n, long seed = 0) =>
        new(_simulator, Core.TreatmentSimulatorModule.sample(Key.OfSeed(seed), n, _simulator).OrThrow());
}
