using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class CheckpointTests
{
    [Fact]
    public void Fit_BrokenOffAndResumed_IsTheUnbrokenOne()
    {
        using var folder = new Temporary();
        var plan = new CheckpointPlan(folder["run"]) { Every = 2 };
        using var source = new CancellationTokenSource();
        Assert.False(plan.Exists);
        Assert.Throws<OperationCanceledException>(() => Cohort.Graph.Fit(
            Cohort.Data, null, Cohort.Quick with { Checkpoint = plan }, new Stop(source), source.Token));
        Assert.True(plan.Exists);

        var resumed = Cohort.Graph.Fit(Cohort.Data, Cohort.Quick with { Checkpoint = plan with { Resume = true } });
        Assert.Equal(Cohort.Fitted.LogProb(Cohort.Data), resumed.LogProb(Cohort.Data));
        Assert.Equal(Cohort.Quick.Epochs, resumed.History.Count);
    }

    [Fact]
    public void Fit_WithACheckpointOfAnother_Throws()
    {
        using var folder = new Temporary();
        var options = Cohort.Quick with { Checkpoint = new(folder["run"]) };
        Cohort.Graph.Fit(Cohort.Data, options);

        Assert.Contains("there is a checkpoint", Refused(options));
        var resumed = options with { Checkpoint = new(folder["run"]) { Resume = true } };
        Assert.Contains("differs in seed (7; here 8)", Refused(resumed with { Seed = 8 }));
        Assert.Contains("does not exist", Refused(options with { Checkpoint = new(folder["none/run"]) }));
        Assert.Throws<OptionException>(() => Cohort.Graph.Fit(Cohort.Data, options with { Checkpoint = new(folder["new"]) { Every = 0 } }));
    }

    private static string Refused(FitOptions options) =>
        Assert.Throws<CheckpointException>(() => Cohort.Graph.Fit(Cohort.Data, options)).Message;

    private sealed class Stop(CancellationTokenSource source) : IProgress<FitProgress>
    {
        public void Report(FitProgress value)
        {
            if (value.Epoch == 5)
            {
                source.Cancel();
            }
        }
    }
}
