using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm data NAME, of a published data set whose files the user has.</summary>
internal abstract class StudyVerb : Verb
{
    private readonly OutputPath _out = new("OUT.csv", "Takes the rows: x, y, and the covariates by their own names.");
    private readonly OutputPath _truth = new("TRUTH.json", "Takes the true effect of x on y.", "--truth");
    private readonly Option<bool> _json = CommonOptions.Json();

    private readonly Option<string> _folder = new("--folder")
    {
        HelpName = "DIR",
        Required = true,
    };

    protected StudyVerb(Session session, string name, string description, string files, params IReadOnlyList<Option> own)
        : base(session, name, description)
    {
        _folder.Description = $"The folder of the original files: {files}";
        foreach (var option in (IEnumerable<Option>)[_folder, .. own, _out, _truth, _json])
        {
            Add(option);
        }
    }

    protected abstract Study Load(ParseResult parsed, string folder);

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var (path, truth) = (_out.Read(parsed), _truth.TryRead(parsed));
        var folder = parsed.GetRequiredValue(_folder);
        var study = Load(parsed, folder);
        Session.Cancellation.ThrowIfCancellationRequested();
        if (truth is not null && study.TruthAsJson() is null)
        {
            throw new DataException($"{folder}: the counterfactual file is missing, so that the truth is not known; leave out {_truth.Name}");
        }

        study.Rows.ToCsv(path);
        DataVerb.Write(truth, () => study.TruthAsJson()!);
        Report(study, path, truth, watch.Elapsed.TotalSeconds, parsed.GetValue(_json));
        return ExitCode.Done;
    }

    private void Report(Study study, string path, string? truth, double seconds, bool isJson)
    {
        if (isJson)
        {
            Json.Write(Session.Out, new()
            {
                ["study"] = Name,
                ["rows"] = study.Rows.Rows,
                ["rowsLeftOut"] = study.RowsLeftOut,
                ["columnsLeftOut"] = new JsonArray([.. study.ColumnsLeftOut.Select(name => JsonValue.Create(name))]),
                ["out"] = path,
                ["truth"] = truth,
                ["seconds"] = seconds,
            });
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            Session.Out.WriteLine(
                $"{study.Rows.Rows} rows of x, y and {study.Rows.Names.Count - 2} covariates in {seconds:0.00} s -> {path}");
            if (study.RowsLeftOut > 0) Session.Out.WriteLine($"left out: {study.RowsLeftOut} rows of the files, censored or incomplete");
            if (study.ColumnsLeftOut.Count > 0)
            {
                Session.Out.WriteLine($"left out, the same in every row: {string.Join(", ", study.ColumnsLeftOut)}");
            }
        }
    }
}

/// <summary>bgm data twins</summary>
internal sealed class TwinsVerb : StudyVerb
{
    private const string Heavier = "heavier";
    private const string Weight = "weight";

    private readonly Option<string> _treatment;
    private readonly Option<long> _seed;

    public TwinsVerb(Session session)
        : this(session, Treatments(), CommonOptions.Seed())
    {
    }

    private TwinsVerb(Session session, Option<string> treatment, Option<long> seed)
        : base(
            session,
            "twins",
            "Twins lighter than 2 kg, from your copy of the files.",
            "twin_pairs_X_3years_samesex.csv, and those of T and Y beside it.",
            treatment,
            seed)
    {
        _treatment = treatment;
        _seed = seed;
    }

    public override string Examples => "bgm data twins --folder TWINS --out twins.csv --truth truth.json";

    protected override Study Load(ParseResult parsed, string folder) =>
        Study.Twins(
            folder, parsed.GetValue(_treatment) == Weight ? TwinTreatment.Weight : TwinTreatment.Heavier, parsed.GetValue(_seed));

    private static Option<string> Treatments()
    {
        var option = new Option<string>("--treatment")
        {
            HelpName = $"{Heavier}|{Weight}",
            Description = "To be the heavier twin, with death in the first year as outcome; or weight at birth, with a simulated outcome.",
        }.WithDefault(Heavier);
        option.Validators.Add(result =>
        {
            if (result.Text() is { } text and not (Heavier or Weight))
            {
                result.AddError($"{option.Name}: found '{text}'; it must be {Heavier} or {Weight}.");
            }
        });
        return option;
    }
}

/// <summary>bgm data acic2018</summary>
internal sealed class AcicVerb : StudyVerb
{
    private readonly Option<string> _id;

    public AcicVerb(Session session)
        : this(session, new("--id") { HelpName = "UFID", Required = true, Description = "Name of the data set's file, without .csv." })
    {
    }

    private AcicVerb(Session session, Option<string> id)
        : base(
            session,
            "acic2018",
            "Births with a simulated treatment and outcome (ACIC 2018), from your copy of the files.",
            "x.csv, and the data sets in scaling or censoring.",
            id) => _id = id;

    public override string Examples =>
        "bgm data acic2018 --folder LBIDD --id 00ea30e866f141d9880d5824a361a76a --out births.csv --truth truth.json";

    protected override Study Load(ParseResult parsed, string folder) => Study.Acic2018(folder, parsed.GetRequiredValue(_id));
}
