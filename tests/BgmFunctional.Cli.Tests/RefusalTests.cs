using Xunit;

namespace BgmFunctional.Cli.Tests;

/// <summary>Bad input: exit code 2, one line that names the place, nothing written, an old file as it was.</summary>
public sealed class RefusalTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Header = "age,arm,outcome,cost\n";
    private const string Row = "61,control,0,62\n";

    public static TheoryData<string, string[]> Data => new()
    {
        { "", ["empty"] },
        { Header, ["no row"] },
        { Header + Row + "61,control,0\n", [", line 3", "3 fields where the header has 4"] },
        { Header + Row + "61,\"control,0,62\n", [", line", "quote"] },
        { Header + Row + "old,control,0,62\n", ["'age', row 2", "'old' is not a number"] },
        { Header + Row + ",control,0,62\n", ["'age', row 2", "missing"] },
        { Header + Row + "NaN,control,0,62\n", ["'age', row 2", "missing"] },
        { Header + Row + "inf,control,0,62\n", ["'age', row 2", "finite"] },
        { Header + Row + "62,placebo,1,62\n", ["'arm', row 2", "'placebo'", "'control', 'treated'"] },
        { Header + Row + "62,treated,3,62\n", ["'outcome', row 2", "3 is not a level", "0 to 2"] },
        { Header + Row + "62,treated,0.5,62\n", ["'outcome', row 2", "0.5 is not a level"] },
        { "age,arm,cost\n61,control,62\n", ["'outcome'", "lack"] },
        { "age,arm,outcome,cost,weight\n61,control,0,62,1\n", ["'weight'", "too many"] },
        { "age,arm,outcome,cost,age\n61,control,0,62,1\n", ["'age'", "two columns"] },
    };

    [Theory]
    [MemberData(nameof(Data))]
    public void Data_ThatCannotBeUsed(string csv, string[] parts)
    {
        bench.Write("bad.csv", csv);
        parts = [.. parts, $"bgm: {bench["bad.csv"]}"];

        RefusesKeeping("old", parts, "dag", "fit", "--data", bench["bad.csv"], "--graph", bench["graph.json"], "--out", bench["old"]);
        RefusesKeeping("old", parts, "dag", "logprob", "--model", bench["model"], "--data", bench["bad.csv"], "--out", bench["old"]);
        RefusesKeeping("old", parts, "dag", "counterfactual", "--model", bench["model"], "--data", bench["bad.csv"], "--do", "age=70", "--out", bench["old"]);
        RefusesKeeping("old", parts, "dag", "pmf", "--model", bench["model"], "--data", bench["bad.csv"], "--node", "arm", "--out", bench["old"]);
        RefusesKeeping(
            "old", parts, "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["old"], "--validation-data", bench["bad.csv"]);
    }

    [Fact]
    public void TrainingData_ThatDoNotVary()
    {
        bench.Write("constant.csv", Header + Row + "61,treated,1,63\n");

        RefusesKeeping(
            "old", [bench["constant.csv"], "'age'", "61 in every row"], "dag", "fit", "--data", bench["constant.csv"], "--graph", bench["graph.json"], "--out", bench["old"]);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("1e39")]
    public void TrainingData_AbsurdlyFarOut(string age)
    {
        bench.Write("far.csv", Header + Row + Row.Replace("61", age) + Row.Replace("control,0,62", "treated,2,63"));

        RefusesKeeping(
            "old", [bench["far.csv"], "'age', row 2", "too far out"], "dag", "fit", "--data", bench["far.csv"], "--graph", bench["graph.json"], "--out", bench["old"]);
        RefusesKeeping(
            "old",
            [bench["far.csv"], "'age', row 2", "too far out"],
            "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["old"], "--validation-data", bench["far.csv"]);
    }

    public static TheoryData<string, string[]> Graphs => new()
    {
        { "{", ["bad.json", "line 1"] },
        { "[]", ["bad.json"] },
        { "{}", ["no nodes"] },
        { """{ "age": { "kind": "real" } }""", ["'age'", "'real'", "continuous, ordinal"] },
        { """{ "age": { "kind": "ordinal", "levels": 1 } }""", ["'age'", "at least 2"] },
        { """{ "age": { "kind": "continuous", "parents": { "weight": "ls" } } }""", ["'age'", "'weight'"] },
        { """{ "age": { "kind": "continuous", "parents": { "age": "ls" } } }""", ["age -> age"] },
        { """{ "a": { "kind": "continuous", "parents": { "b": "ls" } }, "b": { "kind": "continuous", "parents": { "a": "cs" } } }""", ["cycle"] },
        { """{ "a": { "kind": "continuous" }, "b": { "kind": "continuous", "terms": ["LS(a)", "CS(a)"] } }""", ["'b'", "'a' appears twice"] },
        { """{ "a": { "kind": "continuous", "terms": ["XY(a)"] } }""", ["'a'", "XY"] },
        { """{ "a": { "kind": "real" }, "b": { "kind": "ordinal", "levels": 1 }, "c": { "kind": "odd" } }""", ["'a'", "'c'"] },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Graph_ThatCannotBeBuilt(string graph, string[] parts)
    {
        bench.Write("bad.json", graph);

        RefusesKeeping("old", parts, "dag", "fit", "--data", bench["data.csv"], "--graph", bench["bad.json"], "--out", bench["old"]);
    }

    [Fact]
    public void Model_CutShort_OrOfAnotherKind_OrMissing()
    {
        File.WriteAllBytes(bench["short"], File.ReadAllBytes(bench["model"])[..^7]);

        foreach (var (file, part) in new[] { ("short", "cut short"), ("data.csv", "safetensors"), ("none", "no such file") })
        {
            RefusesKeeping("old", [file, part], "dag", "sample", "--model", bench[file], "--n", "5", "--out", bench["old"]);
            Refuses([file, part], "dag", "coefficients", "--model", bench[file]);
        }
    }

    [Theory]
    [InlineData("weight=1", "'weight'")]
    [InlineData("arm=placebo", "control, treated")]
    [InlineData("arm=2", "control, treated")]
    [InlineData("outcome=3", "0, 1, 2")]
    [InlineData("outcome=-1", "0, 1, 2")]
    [InlineData("age=old", "finite")]
    [InlineData("age=NaN", "finite")]
    [InlineData("age=1e308", "do age=1E+308: a finite number is needed, of at most 3.4e38")]
    [InlineData("age", "node=value")]
    [InlineData("=1", "node=value")]
    [InlineData("age=", "node=value")]
    public void Do_ThatTheModelCannotTake(string setting, string part)
    {
        RefusesKeeping("old", [part], "dag", "sample", "--model", bench["model"], "--n", "5", "--do", setting, "--out", bench["old"]);
        RefusesKeeping(
            "old", [part], "dag", "counterfactual", "--model", bench["model"], "--data", bench["data.csv"], "--do", "cost=1", "--do", setting, "--out", bench["old"]);
    }

    [Theory]
    [InlineData("age", "continuous")]
    [InlineData("weight", "'weight'")]
    public void Pmf_OfNoOrdinalNode(string node, string part) =>
        RefusesKeeping("old", [part], "dag", "pmf", "--model", bench["model"], "--data", bench["data.csv"], "--node", node, "--out", bench["old"]);

    [Theory]
    [InlineData("density", "arm", "1", "ordinal")]
    [InlineData("cdf", "weight", "1", "'weight'")]
    [InlineData("quantiles", "age", "1.5", "1.5")]
    [InlineData("quantiles", "age", "half", "--at: found 'half'; it must be LOW:HIGH:COUNT")]
    [InlineData("density", "age", "3:1:5", "--at: found '3:1:5'")]
    public void Distribution_ThatCannotBeAsked(string verb, string node, string at, string part) =>
        RefusesKeeping(
            "old", [part], "dag", verb, "--model", bench["model"], "--data", bench["data.csv"], "--node", node, "--at", at, "--out", bench["old"]);

    [Theory]
    [InlineData("--epochs", "0")]
    [InlineData("--epochs", "many")]
    [InlineData("--epochs", "1.5")]
    [InlineData("--learning-rate", "0")]
    [InlineData("--learning-rate", "inf")]
    [InlineData("--batch-size", "0")]
    [InlineData("--shift-units", "16,0")]
    [InlineData("--intercept-units", "8,x")]
    [InlineData("--activation", "sigmoid")]
    [InlineData("--schedule", "linear")]
    [InlineData("--plateau-patience", "0")]
    [InlineData("--plateau-patience", "5")]
    [InlineData("--freeze-patience", "-1")]
    [InlineData("--validation", "0")]
    [InlineData("--validation", "1")]
    [InlineData("--validation", "1e-9")]
    [InlineData("--seed", "x")]
    [InlineData("--threads", "0")]
    public void FitOption_OutOfRange(string option, string value) =>
        RefusesKeeping(
            "old",
            [option.TrimStart('-').Split('-')[0]],
            "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["old"], option, value);

    [Theory]
    [InlineData("one of the two", "--validation", "0.1", "--validation-data", "x.csv")]
    [InlineData("--restore-best", "--restore-best")]
    [InlineData("--unheard-of", "--unheard-of", "1")]
    [InlineData("nowhere.csv", "--validation-data", "nowhere.csv")]
    [InlineData("--schedule", "--plateau-patience", "3", "--schedule")]
    [InlineData("--schedule", "--plateau-patience", "3", "--schedule", "cosine")]
    [InlineData("'stray'", "stray")]
    [InlineData("single argument", "--seed", "1", "--seed", "2")]
    public void FitOptions_ThatDoNotGoTogether(string part, params string[] options) =>
        RefusesKeeping(
            "old", [part], ["dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["old"], .. options]);

    [Theory]
    [InlineData("--n", "dag", "sample", "--n", "0", "--model", "m", "--out", "o")]
    [InlineData("--n", "dag", "sample", "--model", "m", "--out", "o")]
    [InlineData("set twice", "dag", "sample", "--n", "5", "--model", "m", "--out", "o", "--do", "a=1", "a=2")]
    [InlineData("--data", "dag", "fit", "--graph", "g", "--out", "o")]
    [InlineData("--out", "dag", "abduct", "--data", "d", "--model", "m")]
    [InlineData("--data", "dag", "logprob", "--data")]
    [InlineData("--data", "dag", "logprob", "--out", "--data", "d", "--model", "m")]
    [InlineData("--do", "dag", "sample", "--n", "5", "--model", "m", "--out", "o", "--do")]
    [InlineData("--out: '-' is standard output", "dag", "fit", "--data", "d", "--graph", "g", "--out", "-")]
    [InlineData("--truth: '-' is standard output", "data", "sun", "--n", "5", "--out", "o", "--truth", "-")]
    [InlineData("where --json prints", "data", "sun", "--n", "5", "--out", "-", "--json")]
    [InlineData("Try: bgm help dag", "dag", "guess")]
    [InlineData("Try: bgm help", "tree")]
    public void CommandLine_ThatIsIncomplete(string part, params string[] args) => Refuses([part], args);

    [Fact]
    public void Out_InNoFolder_OrAFolder_OrAnInput()
    {
        Refuses(["does not exist"], "dag", "sample", "--model", bench["model"], "--n", "5", "--out", bench["none/old"]);
        Refuses(["folder"], "dag", "sample", "--model", bench["model"], "--n", "5", "--out", bench["."]);
        RefusesKeeping("model", ["--model"], "dag", "sample", "--model", bench["model"], "--n", "5", "--out", bench["model"]);
        RefusesKeeping("data.csv", ["--data"], "dag", "abduct", "--model", bench["model"], "--data", bench["data.csv"], "--out", bench["data.csv"]);
        RefusesKeeping("graph.json", ["--graph"], "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["graph.json"]);
    }

    private void Refuses(string[] parts, params string[] args)
    {
        var before = bench.Files.ToList();
        var outcome = Workbench.Run(args);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.StartsWith("bgm: ", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.All(parts, part => Assert.Contains(part, outcome.Error));
        Assert.Equal(before, bench.Files);
    }

    private void RefusesKeeping(string file, string[] parts, params string[] args)
    {
        if (!File.Exists(bench[file]))
        {
            bench.Write(file, "as it was");
        }

        var before = File.ReadAllBytes(bench[file]);
        Refuses(parts, args);

        Assert.Equal(before, File.ReadAllBytes(bench[file]));
    }
}
