using Microsoft.FSharp.Core;
using Core = BgmFunctional.Studies;

namespace BgmFunctional.Fluent;

/// <summary>What is taken for the treatment of a twin.</summary>
public enum TwinTreatment
{
    /// <summary>To be the heavier twin of the pair, 0 or 1; the outcome is death in the first year.</summary>
    Heavier,

    /// <summary>Weight at birth in kg; the outcome is simulated from it.</summary>
    Weight,
}

/// <summary>
/// A published data set with a treatment whose effect is known, read from a folder with its original files, which do not come with this
/// library. Immutable.
/// </summary>
/// <example>
/// <code>
/// var study = Study.Acic2018("LBIDD", "00ea30e866f141d9880d5824a361a76a");
/// study.Rows.ToCsv("births.csv");
/// </code>
/// </example>
public sealed class Study
{
    private readonly Core.Study _study;

    private Study(Core.Study study)
    {
        _study = study;
        Rows = new(study.Sample.Rows);
    }

    /// <summary>Twins of one sex, both lighter than 2 kg, without missing covariates (Louizos et al. 2017; Liu and Wong 2025).</summary>
    /// <param name="folder">It holds <c>twin_pairs_X_3years_samesex.csv</c> and the files of T and Y beside it.</param>
    /// <param name="treatment">What is taken for the treatment.</param>
    /// <param name="seed">Names what is drawn: which twin of a pair is seen, or the simulated outcome.</param>
    /// <exception cref="DataException">A file is missing, or is not as it was published.</exception>
    public static Study Twins(string folder, TwinTreatment treatment = TwinTreatment.Heavier, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var core = treatment == TwinTreatment.Weight ? Core.TwinTreatment.Weight : Core.TwinTreatment.Heavier;
        return new(Core.Twins.load(core, seed, folder).OrThrow());
    }

    /// <summary>A data set of the ACIC 2018 challenge: births with a simulated treatment and outcome.</summary>
    /// <param name="folder">It holds <c>x.csv</c> and, in <c>scaling</c> or <c>censoring</c>, the files of the data sets.</param>
    /// <param name="id">The data set's <c>ufid</c>.</param>
    /// <exception cref="DataException">A file is missing, or is not as it was published.</exception>
    public static Study Acic2018(string folder, string id)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(id);
        return new(Core.Acic2018.load(id, folder).OrThrow());
    }

    /// <summary>The name, in lower case.</summary>
    public string Name => _study.Name;

    /// <summary>What it is, in one line.</summary>
    public string Description => _study.Description;

    /// <summary>Whether the treatment is 0 or 1.</summary>
    public bool IsBinary => _study.Treatment.IsBinary;

    /// <summary>The columns <c>x</c> and <c>y</c>, treatment and outcome, and the covariates by their own names.</summary>
    public Columns Rows { get; }

    /// <summary>The true effect on each row; null where the treatment is continuous or the counterfactual file is missing.</summary>
    public IReadOnlyList<double>? Effects => OptionModule.ToObj(_study.Sample.Effects);

    /// <summary>Rows of the files that are left out: too heavy, censored, or with a missing covariate.</summary>
    public int RowsLeftOut => _study.RowsLeftOut;

    /// <summary>Covariates that are the same in all rows that stay, and so are left out.</summary>
    public IReadOnlyList<string> ColumnsLeftOut => [.. _study.ColumnsLeftOut];

    /// <summary>The truth as a JSON object, as <see cref="TreatmentSample.TruthAsJson"/> has it; null where it is not known.</summary>
    public string? TruthAsJson() =>
        _study.Truth is null
            ? null
            : Simulators.TreatmentTruthFile.describe(_study.Name, _study.Description, _study.Truth, _study.Sample.Effects);
}
