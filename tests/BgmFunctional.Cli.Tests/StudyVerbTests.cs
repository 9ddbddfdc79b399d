using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class StudyVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private string Folder
    {
        get
        {
            var folder = bench["births"];
            Directory.CreateDirectory(Path.Combine(folder, "scaling"));
            File.WriteAllLines(
                Path.Combine(folder, "x.csv"), ["sample_id,age,weight,same", .. Range(30).Select(i => $"{i},{i % 7},{i * i},1")]);
            File.WriteAllLines(
                Path.Combine(folder, "scaling", "a1.csv"), ["sample_id,z,y", .. Range(20).Select(i => $"{i},{i % 2},{i}.5")]);
            File.WriteAllLines(
                Path.Combine(folder, "scaling", "b2.csv"), ["sample_id,z,y", .. Range(20).Select(i => $"{i},{i % 2},{i}.5")]);
            File.WriteAllLines(
                Path.Combine(folder, "scaling", "a1_cf.csv"), ["sample_id,y0,y1", .. Range(20).Select(i => $"{i},{i},{i + 2}")]);
            return folder;
        }
    }

    [Fact]
    public void Acic_WritesTheFacadesRowsAndTruth()
    {
        var outcome = Workbench.Run(
            "data", "acic2018", "--folder", Folder, "--id", "a1", "--out", bench["rows.csv"], "--truth", bench["truth.json"]);
        var study = Study.Acic2018(Folder, "a1");
        study.Rows.ToCsv(bench["expected.csv"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Contains("20 rows of x, y and 2 covariates", outcome.Out);
        Assert.Contains("the same in every row: same", outcome.Out);
        Assert.Equal(File.ReadAllBytes(bench["expected.csv"]), File.ReadAllBytes(bench["rows.csv"]));
        Assert.Equal(study.TruthAsJson() + "\n", File.ReadAllText(bench["truth.json"]));
        Assert.All(study.Effects!, effect => Assert.Equal(2, effect));
        Assert.True(study.IsBinary);
    }

    [Fact]
    public void Json_SaysWhatWasWritten()
    {
        var outcome = Workbench.Run("data", "acic2018", "--folder", Folder, "--id", "a1", "--out", bench["rows.csv"], "--json");
        var json = JsonDocument.Parse(outcome.Out).RootElement;

        Assert.Equal(("acic2018", 20), (json.GetProperty("study").GetString(), json.GetProperty("rows").GetInt32()));
        Assert.Equal("same", json.GetProperty("columnsLeftOut")[0].GetString());
    }

    [Fact]
    public void Refusals_NameFileOrOption()
    {
        string Refused(params string[] args)
        {
            var outcome = Workbench.Run(["data", .. args, "--out", bench["none.csv"]]);
            Assert.Equal(ExitCode.Refused, outcome.Code);
            Assert.False(File.Exists(bench["none.csv"]));
            return outcome.Error;
        }

        Assert.Contains("c3.csv", Refused("acic2018", "--folder", Folder, "--id", "c3"));
        Assert.Contains("truth is not known", Refused("acic2018", "--folder", Folder, "--id", "b2", "--truth", bench["t.json"]));
        Assert.Contains("--id", Refused("acic2018", "--folder", Folder));
        Assert.Contains("twin_pairs_X_3years_samesex.csv", Refused("twins", "--folder", Folder));
        Assert.Contains("heavier or weight", Refused("twins", "--folder", Folder, "--treatment", "lighter"));
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);
}
