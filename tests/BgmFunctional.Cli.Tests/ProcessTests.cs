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

    [Fact]
    public void Dash_GoesOnWhereAFileIs()
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Directory.CreateTempSubdirectory("bgm");
        var file = Path.Combine(folder.FullName, "rows.txt");

        var (code, _, error) = Run(
            "sh",
            "-c",
            "echo before > \"$1\"; dotnet \"$0\" data triangle-linear --n 3 --out - >> \"$1\" && echo after >> \"$1\"",
            Command,
            file);

        Assert.Equal((ExitCode.Done, ""), (code, error));
        var lines = File.ReadAllLines(file);
        Assert.Equal(6, lines.Length);
        Assert.Equal(["before", "x1,x2,x3", "after"], [lines[0], lines[1], lines[^1]]);
        folder.Delete(recursive: true);
    }

    private static string Command => typeof(Bgm).Assembly.Location;

    private static (int Code, string Out, string Error) Start(params string[] args) => Run("dotnet", [Command, .. args]);

    private static (int Code, string Out, string Error) Run(string program, params string[] args)
    {
        var info = new ProcessStartInfo(program, args)
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
