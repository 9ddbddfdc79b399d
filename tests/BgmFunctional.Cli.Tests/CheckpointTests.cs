using System.Diagnostics;
using Xunit;

namespace BgmFunctional.Cli.Tests;

/// <summary>Fits that are broken off and resumed.</summary>
public sealed class CheckpointTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void Killed_AndResumed_IsTheUnbrokenFit()
    {
        var whole = Fit("whole");
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Bgm).Assembly.Location, .. Arguments("killed", "--checkpoint", bench["run"], "--checkpoint-every", "1")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!)
        {
            while (!process.HasExited && !File.Exists(Path.Combine(bench["run"], "checkpoint.safetensors")))
            {
                Thread.Sleep(1);
            }

            process.Kill();
            process.WaitForExit();
        }

        var resumed = Fit("killed", "--checkpoint", bench["run"], "--resume", "--threads", "1");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (whole.Code, resumed.Code));
        Assert.Equal(File.ReadAllBytes(bench["whole"]), File.ReadAllBytes(bench["killed"]));
    }

    [Fact]
    public void Cancelled_SaysHowToGoOn()
    {
        using var source = new CancellationTokenSource();
        var folder = bench["cancelled-run"];
        source.Cancel();
        var outcome = Workbench.Run(source.Token, Arguments("cancelled", "--checkpoint", folder));

        Assert.Equal(ExitCode.Cancelled, outcome.Code);
        Assert.Equal($"bgm: cancelled; --resume goes on from the checkpoint in {folder}", outcome.Error.TrimEnd());
        Assert.False(File.Exists(bench["cancelled"]));
        Assert.Equal(ExitCode.Done, Fit("cancelled", "--checkpoint", folder, "--resume").Code);
    }

    [Fact]
    public void Resume_WhereNothingIs_Begins_AndSaysSo()
    {
        var outcome = Fit("begun", "--checkpoint", bench["new-run"], "--resume");

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Contains("the work begins", outcome.Error);
    }

    [Fact]
    public void Checkpoint_ThatIsNotToBeResumed_OrOfAnotherFit_IsRefused()
    {
        var folder = bench["used-run"];
        Fit("used", "--checkpoint", folder);

        foreach (var (part, options) in new (string, string[])[]
        {
            ("there is a checkpoint already; resume it", ["--checkpoint", folder]),
            ("differs in seed (0; here 3)", ["--checkpoint", folder, "--resume", "--seed", "3"]),
            ("at least the 30", ["--checkpoint", folder, "--resume", "--epochs", "29"]),
            ("differs in training rows", ["--checkpoint", folder, "--resume", "--validation", "0.1"]),
            ("does not exist", ["--checkpoint", bench["none/run"]]),
            ("add --checkpoint", ["--resume"]),
            ("add --checkpoint", ["--checkpoint-every", "3"]),
            ("--checkpoint-every", ["--checkpoint", folder, "--checkpoint-every", "0"]),
            ("empty path", ["--checkpoint", ""]),
            ("--classical takes no --checkpoint", ["--classical", "--checkpoint", folder]),
        })
        {
            var outcome = Fit("used", options);
            Assert.Equal(ExitCode.Refused, outcome.Code);
            Assert.Contains(part, outcome.Error);
        }
    }

    private static readonly string[] Epochs = ["--epochs", "30"];

    private string[] Arguments(string model, params string[] options) =>
    [
        "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench[model], .. options,
        .. options.Contains("--epochs") || options.Contains("--classical") ? [] : Epochs,
    ];

    private Outcome Fit(string model, params string[] options) => Workbench.Run(Arguments(model, options));
}
