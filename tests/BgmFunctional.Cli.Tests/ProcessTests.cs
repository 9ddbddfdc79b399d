using System.Diagnostics;
using Xunit;

namespace BgmFunctional.Cli.Tests;

/// <summary>The command as an operating system sees it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public void Version_IsPrinted()
    {
        var (code, output, error) = Start("--version");

        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.StartsWith("0.", output);
    }

    [Fact]
    public void Refusal_IsOneLineOnStandardError()
    {
        var (code, output, error) = Start("dag", "coefficients", "--model", "nowhere.safetensors");

        Assert.Equal((ExitCode.Refused, ""), (code, output));
        Assert.Equal("bgm: nowhere.safetensors: there is no such file; check the path.", error.TrimEnd());
    }

    [Fact]
    public void Dash_IsStandardOutput()
    {
        var (code, output, error) = Start("data", "triangle-linear", "--n", "3", "--out", "-");

        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal(4, output.TrimEnd().Split('\n').Length);
        Assert.StartsWith("x1,x2,x3", output);
        Assert.False(File.Exists("-"));
    }

    private static (int Code, string Out, string Error) Start(params string[] args)
    {
        var info = new ProcessStartInfo("dotnet", [typeof(Bgm).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
