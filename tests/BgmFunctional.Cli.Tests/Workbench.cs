using System.Globalization;

namespace BgmFunctional.Cli.Tests;

/// <summary>What a run of the command left behind.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record Outcome(int Code, string Out, string Error);

/// <summary>A folder with a small cohort, its graph and a model fitted to it by the command itself.</summary>
public sealed class Workbench : IDisposable
{
    private const int Rows = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bgm");

    public Workbench()
    {
        Write("graph.json", Graph);
        Write("data.csv", Csv(new Random(1)));
        Assert(Run("dag", "fit", "--data", this["data.csv"], "--graph", this["graph.json"], "--out", this["model"], "--epochs", "8"));
    }

    /// <summary>A graph of every kind of node and term.</summary>
    public static string Graph =>
        """
        {
          "age": { "kind": "continuous" },
          "arm": { "kind": "ordinal", "levels": ["control", "treated"], "parents": { "age": "ls" } },
          "outcome": { "kind": "ordinal", "levels": 3, "terms": ["CS(age)", "LS(arm)"] },
          "cost": { "kind": "continuous", "transform": "affine", "terms": ["I(outcome)", "LS(age)"] }
        }
        """;

    /// <summary>The path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>The names of the files in the folder.</summary>
    public IEnumerable<string> Files => _folder.EnumerateFiles().Select(file => file.Name).Order();

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Runs the command within this process.</summary>
    public static Outcome Run(params string[] args) => Run(CancellationToken.None, args);

    /// <summary>Runs the command within this process until it is cancelled.</summary>
    public static Outcome Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = Bgm.Run(args, new Session(output, error, cancellation));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Fits with other options: model.two, say.</summary>
    public Outcome Fit(string model, params string[] options) =>
        Run(["dag", "fit", "--data", this["data.csv"], "--graph", this["graph.json"], "--out", this[model], "--epochs", "8", .. options]);

    /// <summary>Asks the model: a verb and its options.</summary>
    public Outcome Ask(string verb, params string[] options) => Run(["dag", verb, "--model", this["model"], .. options]);

    /// <summary>The lines of a file.</summary>
    public string[] Lines(string name) => File.ReadAllLines(this[name]);

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Assert(Outcome outcome)
    {
        if (outcome.Code != ExitCode.Done)
        {
            throw new InvalidOperationException(outcome.Error);
        }
    }

    private static string Csv(Random random)
    {
        var lines = Enumerable.Range(0, Rows).Select(row =>
        {
            var age = 60 + 20 * random.NextDouble();
            var arm = random.NextDouble() < 0.5 ? "control" : "treated";
            var cost = age + random.NextDouble();
            return string.Create(CultureInfo.InvariantCulture, $"{age},{arm},{row % 3},{cost}");
        });
        return string.Join("\n", lines.Prepend("age,arm,outcome,cost")) + "\n";
    }
}
