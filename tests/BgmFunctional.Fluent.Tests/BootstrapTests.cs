using BgmFunctional.Data;
using BgmFunctional.Kernels;
using Xunit;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent.Tests;

public sealed class BootstrapTests
{
    private static readonly BootstrapOptions Few = new() { Refits = 20, Seed = 5 };
    private static readonly TramDag Linear = TramDag.FromFile(Repository.At("data", "housing", "graph.json"));
    private static readonly Columns Housing = Columns.FromCsv(Repository.At("data", "housing", "housing.csv"));
    private static readonly FittedFlow Fitted = Linear.FitClassical(Housing, threads: 2);

    [Fact]
    public void Intervals_AreThoseOfTheCore()
    {
        var bootstrap = Fitted.Bootstrap(Housing, options: Few);
        var ends = bootstrap.Intervals(flow => [.. flow.Coefficients.Select(c => c.Estimate)], 0.9);

        using var team = new Team(1);
        var rows = Csv.read(Repository.At("data", "housing", "housing.csv")).ResultValue;
        var flow = Core.Classical.fit(1, Core.GraphFile.read(Repository.At("data", "housing", "graph.json")).ResultValue, rows).ResultValue.Flow;
        var options = new Core.BootstrapOptions(20, null, default, Core.BootstrapOptionsModule.defaults.Progress);
        var core = Core.BootstrapModule.run(team, Key.OfSeed(5), options, Core.Recipe.Exact, flow, rows, null).ResultValue;
        var first = core.Flows.Select(refit => Core.FlowModule.coefficients(refit)[0].Estimate).Order().ToArray();

        Assert.Equal((20, 20, 0), (bootstrap.Refits, bootstrap.Flows.Count, bootstrap.Failures.Count));
        Assert.Equal(first, bootstrap.Flows.Select(refit => refit.Coefficients[0].Estimate).Order());
        Assert.Equal(Fitted.Coefficients.Count, ends.Count);
        Assert.Equal(first[0] + (0.05 * 19 - 0) * (first[1] - first[0]), ends[0].Low, 1e-12);
        Assert.Empty(bootstrap.Warnings);
    }

    [Fact]
    public void Bootstrap_OfATrainedFlow_TellsProgress_AndStartsWarm()
    {
        var heard = new Listener();
        var bootstrap = Cohort.Fitted.Bootstrap(Cohort.Data, null, Few with { WarmEpochs = 1 }, heard);

        Assert.Equal(Enumerable.Range(1, 20), heard.Reports.Select(report => report.Done));
        Assert.All(heard.Reports, report => Assert.Equal((20, 0), (report.Refits, report.Failed)));
        Assert.Equal(20, bootstrap.Flows.Select(flow => flow.LogProb(Cohort.Data)[0]).Distinct().Count());
    }

    [Fact]
    public void Bootstrap_ThatCannotBe_Throws()
    {
        Assert.Throws<OptionException>(() => Fitted.Bootstrap(Housing, options: new() { Refits = 19 }));
        Assert.Throws<OptionException>(() => Fitted.Bootstrap(Housing, options: new() { WarmEpochs = 3 }));
        Assert.Contains("training rows", Assert.Throws<DataException>(() => Fitted.Bootstrap(Housing.Split(0.5).Training)).Message);
        Assert.Throws<ArgumentNullException>(() => Fitted.Bootstrap(null!));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Fitted.Bootstrap(Housing, cancellation: source.Token));

        var bootstrap = Fitted.Bootstrap(Housing, options: Few);
        Assert.Throws<OptionException>(() => bootstrap.Intervals(_ => [1], 1));
        Assert.Throws<QueryException>(() => bootstrap.Intervals(_ => [double.NaN]));
        Assert.Throws<ArgumentNullException>(() => bootstrap.Intervals(null!));
    }

    [Fact]
    public void Options_HaveTheCoresDefaults() => Assert.Equal((200, null, 0), (new BootstrapOptions().Refits, new BootstrapOptions().WarmEpochs, new BootstrapOptions().Seed));

    [Fact]
    public void Load_RemembersTheFilesOfTheRows()
    {
        using var folder = new Temporary();
        Cohort.Data.ToCsv(folder["rows.csv"]);
        var (training, validation) = Cohort.Data.Split(0.25, seed: 7);
        Cohort.Graph.Fit(training, validation, Cohort.Quick).Save(folder["model"], new(folder["rows.csv"], ValidationShare: 0.25));
        var loaded = TramDag.Load(folder["model"]);
        var files = loaded.TrainingFiles(folder["model"])!;
        var rows = loaded.Read(files);

        Assert.Equal((0.25, null), (files.ValidationShare, files.ValidationData));
        Assert.Equal(training["age"], rows.Training["age"]);
        Assert.Equal(validation["age"], rows.Validation!["age"]);
        Assert.Equal(20, loaded.Bootstrap(rows.Training, rows.Validation, Few with { WarmEpochs = 1 }).Flows.Count);
        Assert.Null(Cohort.Fitted.TrainingFiles(folder["model"]));
    }

    private sealed class Listener : IProgress<BootstrapProgress>
    {
        public List<BootstrapProgress> Reports { get; } = [];

        public void Report(BootstrapProgress value) => Reports.Add(value);
    }
}
