using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class HelpTests
{
    private static readonly string[] Verbs =
    [
        "fit", "logprob", "abduct", "sample", "counterfactual", "pmf", "density", "cdf", "quantiles", "effect", "curve", "coefficients", "summary", "check", "plot",
    ];

    [Fact]
    public void Bgm_Alone_ShowsItsHelp()
    {
        Assert.Equal((ExitCode.Done, ""), (Workbench.Run().Code, Workbench.Run().Error));
        Assert.Contains("Usage:", Workbench.Run().Out);
        Assert.Equal(Workbench.Run().Out, Workbench.Run("--help").Out);
        Assert.Equal(Workbench.Run().Out, Workbench.Run("help").Out);
    }

    [Fact]
    public void Dag_Alone_NamesItsVerbs() =>
        Assert.All(Verbs, verb => Assert.Contains($"  {verb} ", Workbench.Run("dag").Out));

    public static TheoryData<string> EachVerb => new(Verbs);

    [Theory]
    [MemberData(nameof(EachVerb))]
    public void Verb_ShowsOptionsAndExamples_InBothWays(string verb)
    {
        var help = Workbench.Run("dag", verb, "--help");

        Assert.Equal((ExitCode.Done, ""), (help.Code, help.Error));
        Assert.Contains("--model", help.Out.Replace("--graph", "--model"));
        Assert.Contains($"  bgm dag {verb} --", help.Out);
        Assert.Equal(help.Out, Workbench.Run("help", "dag", verb).Out);
    }

    [Fact]
    public void Help_OfNoCommand_IsRefused()
    {
        var outcome = Workbench.Run("help", "dag", "guess");

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains("guess", outcome.Error);
    }

    [Fact]
    public void Version_IsANumber() =>
        Assert.True(Version.TryParse(Workbench.Run("--version").Out.Trim(), out _));
}
