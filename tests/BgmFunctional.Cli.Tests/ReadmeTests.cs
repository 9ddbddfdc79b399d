using System.CommandLine;
using System.Text.RegularExpressions;
using Xunit;

namespace BgmFunctional.Cli.Tests;

/// <summary>The README's command lines, and those at the end of each verb's help: understood as they stand; the quick ones run, and print what stands there.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public sealed partial class ReadmeTests : IDisposable
{
    private static readonly string Root = Above(new DirectoryInfo(AppContext.BaseDirectory));
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bgm");
    private readonly string _home = Environment.CurrentDirectory;

    public static TheoryData<string> Shown =>
        [.. Verbs(Parse("data").RootCommandResult.Command).Select(verb => verb.Examples).Prepend(Readme).SelectMany(CommandLines.In).Distinct()];

    public static TheoryData<string> Named => [.. Quoted().Matches(Readme).Select(match => match.Groups[1].Value).Distinct()];

    public void Dispose()
    {
        Environment.CurrentDirectory = _home;
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void CommandLine_IsUnderstood(string line) =>
        Assert.Empty(Parse(CommandLines.Words(line)).Errors.Select(error => error.Message));

    [Theory]
    [MemberData(nameof(Named))]
    public void Command_ThatIsNamed_IsThere(string words) =>
        Assert.Equal(ExitCode.Done, Workbench.Run([.. words.Split(' '), "--help"]).Code);

    [Fact]
    public void QuickCommandLines_Run_AndPrintWhatStandsThere()
    {
        string[] quick = ["data holes", "data binary-factors", "data stroke-nl", "dag fit --classical", "dag effect", "dag summary", "dag check", "dag counterfactual", "dag plot"];
        bool Is(string line, string start) => line.StartsWith($"bgm {start} ", StringComparison.Ordinal);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "data"), Path.Combine(Root, "data"));
        Environment.CurrentDirectory = _folder.FullName;
        var runs = CommandLines.In(Readme)
            .Where(line => quick.Any(start => Is(line, start)))
            .Select(line => (Line: line, Outcome: Workbench.Run(CommandLines.Words(line))))
            .ToList();

        Assert.All(quick, start => Assert.Contains(runs, run => Is(run.Line, start)));
        Assert.All(runs, run => Assert.True(run.Outcome.Code == ExitCode.Done, run.Outcome.Error));
        var shown = Told(Readme.Split("bgm dag effect ")[1].Split("```")[1]);
        Assert.Equal(shown, Told(runs.Single(run => Is(run.Line, "dag effect")).Outcome.Out).Take(shown.Length));
    }

    private static ParseResult Parse(params string[] words) =>
        Bgm.Parse(words, new Session(TextWriter.Null, TextWriter.Null, CancellationToken.None));

    private static IEnumerable<Verb> Verbs(Command command) =>
        command.Subcommands.SelectMany(Verbs).Concat(command is Verb verb ? [verb] : []);

    private static string[] Told(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Above(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "BgmFunctional.sln")) ? folder.FullName : Above(folder.Parent!);

    [GeneratedRegex("`bgm ([a-z ]+)`")]
    private static partial Regex Quoted();
}
