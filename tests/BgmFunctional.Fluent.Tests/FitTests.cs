using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class FitTests
{
    [Fact]
    public void Fit_TellsProgressOfEveryEpoch_OnTheCallingThread()
    {
        var heard = new Listener();
        var (training, validation) = Cohort.Data.Split(0.25, seed: 1);
        var fitted = Cohort.Graph.Fit(training, validation, Cohort.Quick, heard);

        Assert.Equal(Enumerable.Range(1, 12), heard.Reports.Select(report => report.Epoch));
        Assert.All(heard.Reports, report => Assert.Equal(12, report.Epochs));
        Assert.All(heard.Reports, report => Assert.Equal(["age", "arm", "outcome", "cost"], report.Active));
        Assert.Equal(["age", "arm", "outcome", "cost"], heard.Reports[0].Losses.Training.Keys);
        Assert.Equal([Environment.CurrentManagedThreadId], heard.Threads);
        Assert.Equal(fitted.History.Select(losses => losses.Validation!["cost"]), heard.Reports.Select(report => report.Losses.Validation!["cost"]));
    }

    [Fact]
    public void Summary_SaysWhatNllSays()
    {
        var (training, validation) = Cohort.Data.Split(0.25, seed: 1);
        var fitted = Cohort.Graph.Fit(training, validation, Cohort.Quick);

        Assert.Equal(fitted.Nll(training), fitted.Summary!.Nll.Training);
        Assert.Equal(fitted.Nll(validation), fitted.Summary.Nll.Validation);
        Assert.Equal(12, fitted.Summary.Epochs);
        Assert.Null(Cohort.Fitted.Summary!.Nll.Validation);
        Assert.All(Cohort.Fitted.History, losses => Assert.Null(losses.Validation));
    }

    [Fact]
    public void Fit_LowersTheLosses() =>
        Assert.All(
            Cohort.Fitted.History[0].Training,
            first => Assert.True(Cohort.Fitted.History[^1].Training[first.Key] < first.Value, first.Key));

    [Fact]
    public void Fit_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        var heard = new Listener(report =>
        {
            if (report.Epoch == 3)
            {
                source.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => Cohort.Graph.Fit(Cohort.Data, null, Cohort.Quick, heard, source.Token));
        Assert.Equal(3, heard.Reports.Count);
    }

    [Fact]
    public void Options_HavePublishedDefaults()
    {
        var options = new FitOptions();

        Assert.Equal((500, 0.01, 512, 0L, false), (options.Epochs, options.LearningRate, options.BatchSize, options.Seed, options.RestoreBest));
        Assert.Null(options.FreezePatience);
        Assert.Equal([8, 8], options.InterceptUnits);
        Assert.Equal([64, 128, 64], options.ShiftUnits);
        Assert.Equal("relu", options.Activation.ToString());
        Assert.Equal(Environment.ProcessorCount, options.Threads);
        Assert.Equal((4000, 120), (FitOptions.Recommended.Epochs, FitOptions.Recommended.FreezePatience));
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("leaky-relu:0.2")]
    [InlineData("softplus")]
    [InlineData("tanh")]
    public void Activation_Text_ReadsBack(string text) => Assert.Equal(text, Activation.Parse(text)!.ToString());

    [Fact]
    public void Activation_Unknown_IsNull() => Assert.Null(Activation.Parse("sigmoid"));

    [Fact]
    public void Fit_WithAPlateauAndFreezing_EndsByItself()
    {
        var options = Cohort.Quick with { Epochs = 5000, LearningRate = 0.1, Schedule = Schedule.Plateau(1), FreezePatience = 1 };

        Assert.InRange(Cohort.Graph.Fit(Cohort.Data, options).Summary!.Epochs, 5, 4999);
    }

    public static TheoryData<FitOptions, string> OptionsOutOfRange => new()
    {
        { new() { Epochs = 0 }, "epochs: found 0" },
        { new() { LearningRate = double.NaN }, "learning rate" },
        { new() { BatchSize = -1 }, "batch size: found -1" },
        { new() { Threads = 0 }, "threads: found 0" },
        { new() { Schedule = Schedule.Plateau(0) }, "plateau patience: found 0" },
        { new() { FreezePatience = 0 }, "freeze patience: found 0" },
        { new() { RestoreBest = true }, "restore best" },
    };

    [Theory]
    [MemberData(nameof(OptionsOutOfRange), DisableDiscoveryEnumeration = true)]
    public void Fit_OptionOutOfRange_Throws(FitOptions options, string message) =>
        Assert.Contains(message, Assert.Throws<OptionException>(() => Cohort.Graph.Fit(Cohort.Data, options)).Message);

    public static TheoryData<Columns, string[]> BadData => new()
    {
        { Columns.Empty.With("age", 1, 2), ["'arm'", "'outcome'", "'cost'"] },
        { Cohort.Data.With("weight", new double[Cohort.Rows]), ["'weight'"] },
        { Cohort.Data.With("age", new double[Cohort.Rows]), ["'age'", "every row"] },
        { Cohort.Data.With("age", Replaced("age", 4, double.NaN)), ["'age', row 5", "missing"] },
        { Cohort.Data.With("age", Replaced("age", 4, double.PositiveInfinity)), ["'age', row 5", "finite"] },
        { Cohort.Data.With("outcome", Replaced("outcome", 4, 3)), ["'outcome', row 5", "0 to 2"] },
        { Cohort.Data.With("arm", [.. Enumerable.Repeat("placebo", Cohort.Rows)]), ["'placebo'", "'control', 'treated'"] },
        { Cohort.Data.With("cost", [.. Enumerable.Repeat("much", Cohort.Rows)]), ["'cost', row 1", "'much'"] },
    };

    [Theory]
    [MemberData(nameof(BadData), DisableDiscoveryEnumeration = true)]
    public void Fit_ToDataThatCannotBeUsed_Throws(Columns data, string[] parts)
    {
        var message = Assert.Throws<DataException>(() => Cohort.Graph.Fit(data, Cohort.Quick)).Message;

        Assert.All(parts, part => Assert.Contains(part, message));
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Fit_AtAnAbsurdRate_SaysSo() =>
        Assert.Contains(
            "learning rate",
            Assert.Throws<FitException>(() => Cohort.Graph.Fit(Cohort.Data, Cohort.Quick with { LearningRate = 1e30 })).Message);

    private static double[] Replaced(string name, int row, double value)
    {
        var values = Cohort.Data[name];
        values[row] = value;
        return values;
    }

    private sealed class Listener(Action<FitProgress>? then = null) : IProgress<FitProgress>
    {
        public List<FitProgress> Reports { get; } = [];

        public HashSet<int> Threads { get; } = [];

        public void Report(FitProgress value)
        {
            Reports.Add(value);
            Threads.Add(Environment.CurrentManagedThreadId);
            then?.Invoke(value);
        }
    }
}
