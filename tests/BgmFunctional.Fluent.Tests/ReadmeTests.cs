using System.Globalization;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

/// <summary>The C# of the README: compiled here, compared line by line with what stands there, and run.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.At("README.md"));

    [Fact]
    public void Snippet_IsTheOneThatRuns()
    {
        var source = File.ReadAllText(Repository.At("tests", "BgmFunctional.Fluent.Tests", "ReadmeTests.cs"));
        var snippet = Readme.Split("```csharp")[1].Split("```")[0];

        Assert.All(snippet.Split('\n', StringSplitOptions.TrimEntries), line => Assert.Contains(line, source));
    }

    [Fact]
    public void Snippet_PrintsWhatStandsThere()
    {
        using var files = new Temporary();
        var home = Environment.CurrentDirectory;
        Directory.CreateDirectory(files["data/housing"]);
        File.Copy(Repository.At("data", "housing", "housing.csv"), files["data/housing/housing.csv"]);
        Environment.CurrentDirectory = files["."];
        try
        {
            Snippet();
            Assert.True(File.Exists(files["imagined.csv"]));
        }
        finally
        {
            Environment.CurrentDirectory = home;
        }

        Assert.Contains(Console.Printed.ToString(), Readme);
    }

    private static void Snippet()
    {
        string[] levels = ["Low", "Medium", "High"];

        var graph = TramDag.Create()
            .AddOrdinal("Type", ["Tower", "Apartment", "Atrium", "Terrace"])
            .AddOrdinal("Infl", levels)
            .AddOrdinal("Cont", ["Low", "High"])
            .AddOrdinal("Sat", levels, node => node.LinearShift("Infl").LinearShift("Type").LinearShift("Cont"))
            .Build(); // every problem of the graph in one exception

        var data = Columns.FromCsv("data/housing/housing.csv");
        var flow = graph.Fit(data, FitOptions.Recommended with { BatchSize = 1681 });

        foreach (var c in flow.Coefficients)
        {
            Console.WriteLine($"{c.Node} <- {c.Parent} {c.Level}: {c.Estimate:F2}, odds ratio {c.OddsRatio:F2}");
        }

        foreach (var level in levels)
        {
            var pmf = flow.Pmf("Sat", data, Do.Set("Infl", level));
            Console.WriteLine($"P(Sat = High | do(Infl = {level})) = {pmf.Average(row => row[2]):F3}");
        }

        flow.Counterfactual(data, Do.Set("Infl", "High")).ToCsv("imagined.csv");
    }

    /// <summary>Stands in for the console while the snippet runs.</summary>
    private static class Console
    {
        public static StringWriter Printed { get; } = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

        public static void WriteLine(string line) => Printed.WriteLine(line);
    }
}
