using BgmFunctional.Kernels;
using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>
/// A population whose rows are drawn from a known distribution, so that what a model says about a missing cell can be held against the truth.
/// Immutable; what it draws depends on the seed alone.
/// </summary>
/// <example>
/// <code>
/// var sample = TableSimulator.Named("hetero-latent").Sample(20_000, seed: 7);
/// sample.Rows.WithHoles(0.2, seed: 7).ToCsv("holes.csv");
/// </code>
/// </example>
public sealed class TableSimulator
{
    private readonly Core.TableSimulator _simulator;

    private TableSimulator(Core.TableSimulator simulator) => _simulator = simulator;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TableSimulator> All { get; } =
        [.. Core.TableSimulators.all.Select(simulator => new TableSimulator(simulator))];

    /// <summary>The simulator of a name, such as <c>hetero-latent</c>.</summary>
    /// <exception cref="OptionException">There is none of that name; the message lists those there are.</exception>
    public static TableSimulator Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(Core.TableSimulators.named(name).OrThrow());
    }

    /// <summary>The name, in lower case with hyphens.</summary>
    public string Name => _simulator.Name;

    /// <summary>What it is, in one line.</summary>
    public string Description => _simulator.Description;

    /// <summary>The columns of its rows.</summary>
    public IReadOnlyList<string> Columns => [.. _simulator.Columns];

    /// <summary>Rows, with what is known of them.</summary>
    /// <param name="n">How many, 1 or more.</param>
    /// <param name="seed">The first rows of a longer sample with the same seed are the same.</param>
    /// <exception cref="OptionException">Fewer than one row.</exception>
    public TableSample Sample(int n, long seed = 0) =>
        new(_simulator, Core.TableSimulatorModule.sample(Key.OfSeed(seed), n, _simulator).OrThrow());
}
