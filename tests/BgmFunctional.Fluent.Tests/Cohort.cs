namespace BgmFunctional.Fluent.Tests;

/// <summary>A small graph, rows that follow it, and a flow fitted to them: age moves arm and both move outcome.</summary>
internal static class Cohort
{
    public const int Rows = 240;

    public static TramDag Graph { get; } = TramDag.Create()
        .AddContinuous("age")
        .AddOrdinal("arm", ["control", "treated"], node => node.LinearShift("age"))
        .AddOrdinal("outcome", levels: 3, node => node.ComplexShift("age").LinearShift("arm"))
        .AddContinuous("cost", node => node.Intercept("outcome").LinearShift("age"))
        .Build();

    public static Columns Data { get; } = Draw(new Random(1));

    public static FitOptions Quick { get; } = new() { Epochs = 12, BatchSize = 64, Seed = 7 };

    public static FittedFlow Fitted { get; } = Graph.Fit(Data, Quick);

    private static Columns Draw(Random random)
    {
        var age = Enumerable.Range(0, Rows).Select(_ => 60 + 10 * random.NextDouble() + 10 * random.NextDouble()).ToArray();
        var treated = age.Select(years => random.NextDouble() < (years - 60) / 20).ToArray();
        var outcome = treated.Select(isTreated => Math.Min(2, Math.Floor(3 * random.NextDouble() + (isTreated ? 0.5 : 0)))).ToArray();
        var cost = age.Zip(outcome, (years, level) => years + 5 * level + random.NextDouble()).ToArray();
        return Columns.Empty
            .With("age", age)
            .With("arm", [.. treated.Select(isTreated => isTreated ? "treated" : "control")])
            .With("outcome", outcome)
            .With("cost", cost);
    }
}
