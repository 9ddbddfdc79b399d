using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm generate</summary>
internal sealed class GenerateVerb : Verb
{
    private readonly InputFile _model = InputFile.Model("bgm impute --save");
    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to make.");
    private readonly Option<bool> _mean = CommonOptions.Flag("--mean", "Means given each row's latent instead of draws with the noise of their cells.");
    private readonly Option<bool> _normal =
        CommonOptions.Flag("--normal", "Numbers with the model's normal noise as it is, instead of exchanged for the table's quantiles at the same levels.");

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly OutputPath _out = new("OUT.csv", "Takes the rows.");

    public GenerateVerb(Session session)
        : base(session, "generate", "Makes new rows like those that a model of a table was learned from.")
    {
        _n.Required = true;
        Validators.Add(CheckTogether);
        foreach (var option in (IEnumerable<Option>)[_model, _n, _mean, _normal, _seed, _out]) Add(option);
    }

    public override string Examples =>
        """
        bgm generate --model model.safetensors --n 1000 --out rows.csv
        bgm generate --model model.safetensors --n 1000 --mean --seed 7 --out means.csv
        """;

    protected override int Run(ParseResult parsed)
    {
        var path = _out.Read(parsed);
        var model = FittedBgm.Load(parsed.GetRequiredValue(_model));
        model.Generate(parsed.GetValue(_n), Cells(parsed), parsed.GetValue(_seed)).ToCsv(path);
        return ExitCode.Done;
    }

    private void CheckTogether(CommandResult result)
    {
        if (new Option[] { _mean, _normal }.All(option => result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{_normal.Name}: means have no noise; leave out {_normal.Name}, or {_mean.Name}.");
        }
    }

    private NewCells Cells(ParseResult parsed) =>
        parsed.GetValue(_mean) ? NewCells.Means
        : parsed.GetValue(_normal) ? NewCells.Drawn
        : NewCells.LikeTable;
}
