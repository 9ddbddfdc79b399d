/// Loaders of published data sets, on small folders in the format of the originals.
module BgmFunctional.Tests.Studies.StudyTests

open System
open System.IO
open System.Text.Json
open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Simulators
open BgmFunctional.Studies
open BgmFunctional.Tests

let private ok answer = Answers.valueOf StudyError.message answer
let private refusal answer = Answers.refusalOf StudyError.message answer

/// A folder of files given by their lines.
type private Folder(files: (string * string list) list) =
    let folder = Directory.CreateTempSubdirectory "bgm-study-"

    do
        for name, lines in files do
            let path = Path.Combine(folder.FullName, name)
            Directory.CreateDirectory(string (Path.GetDirectoryName path)) |> ignore
            File.WriteAllLines(path, lines)

    member _.Path = folder.FullName

    interface IDisposable with
        member _.Dispose() = folder.Delete(recursive = true)

let private column name (study: Study) =
    match Frame.column name study.Sample.Rows with
    | Ok(Column.Numeric values) -> values
    | other -> failwith $"{other}"

// ---- twins ----

/// Pair i of n; the last three are too heavy, incomplete, and of unknown outcome.
let private twins n = [
    let isOdd i = i % 2 = 1

    "twin_pairs_X_3years_samesex.csv",
    [
        ",Unnamed: 0,gestat10,mager8,csex,infant_id_0,infant_id_1,bord_0,bord_1"
        for i in 0 .. n - 1 do
            let age = if i = n - 2 then "" else string (1 + i % 7)
            $"{i},{i},{i % 10}.0,{age},1,{2 * i},{2 * i + 1},1.0,2.0"
    ]

    "twin_pairs_T_3years_samesex.csv",
    [
        ",dbirwt_0,dbirwt_1"
        for i in 0 .. n - 1 do
            let heavy = if i = n - 3 then 2500 else 1500 + i % 400
            $"{i},{1000 + i % 400},{heavy}"
    ]

    "twin_pairs_Y_3years_samesex.csv",
    [
        ",mort_0,mort_1"
        for i in 0 .. n - 1 do
            let died =
                if i = n - 1 then ""
                elif isOdd i then "1.0"
                else "0.0"

            $"{i},{died},0.0"
    ]
]

[<Fact>]
let ``of each pair of twins one is seen, and its outcome with it`` () =
    use folder = new Folder(twins 400)
    let study = Twins.load TwinTreatment.Heavier 3L folder.Path |> ok
    let x, y, effects = column "x" study, column "y" study, study.Sample.Effects.Value
    Assert.Equal<string list>([ "x"; "y"; "gestat10"; "mager8" ], Frame.names study.Sample.Rows)
    Assert.Equal((397, 3), (x.Length, study.RowsLeftOut))
    Assert.Equal<string list>([ "csex" ], study.ColumnsLeftOut)
    Assert.Equal(Binary, study.Treatment)

    for i in 0..396 do
        let lighterDied = if i % 2 = 1 then 1.0 else 0.0
        Assert.Equal(-lighterDied, effects[i])
        Assert.Equal((if x[i] = 1.0 then 0.0 else lighterDied), y[i])

    match study.Truth with
    | Some(TrueAverageEffect ate) -> Assert.Equal(Array.average effects, ate, 1e-12)
    | _ -> failwith "no average effect"

    // Weeks of gestation confound: P(x = 1) rises from about σ(−0.5) to about σ(4).
    let shareWhere code =
        Array.zip x (column "gestat10" study)
        |> Array.filter (snd >> (=) code)
        |> Array.averageBy fst

    Assert.InRange(shareWhere 0.0, 0.1, 0.7)
    Assert.InRange(shareWhere 9.0, 0.85, 1.0)

[<Fact>]
let ``weights of both twins are doses, and the curve is the outcome's mean`` () =
    use folder = new Folder(twins 2000)
    let study = Twins.load TwinTreatment.Weight 3L folder.Path |> ok
    let x, y = column "x" study, column "y" study
    Assert.Equal((2 * 1997, Continuous), (x.Length, study.Treatment))
    Assert.Equal((1.0, 1.5), (x[0], x[1997]))
    Assert.Contains("csex", study.ColumnsLeftOut)

    match study.Truth with
    | Some(TrueDoseResponse(adrf, low, high)) ->
        Assert.True(Array.min x <= low && low < high && high <= Array.max x)
        // Averaged over rows, outcomes are the curve at their own doses, but for noise of 0.25/√n.
        let rest = Array.map2 (fun x y -> y - adrf x) x y
        Assert.Equal(0.0, Array.average rest, 5.0 * 0.25 / sqrt (float x.Length))
    | _ -> failwith "no curve"

[<Fact>]
let ``a seed draws the same twins, another one others`` () =
    use folder = new Folder(twins 100)

    for treatment in [ TwinTreatment.Heavier; TwinTreatment.Weight ] do
        let y seed = Twins.load treatment seed folder.Path |> ok |> column "y"
        Assert.Equal<float[]>(y 1L, y 1L)
        Assert.NotEqual<float[]>(y 1L, y 2L)

let private twinsBut part change =
    twins 30
    |> List.map (fun (name, lines) ->
        if name.StartsWith $"twin_pairs_{part}_" then
            name, change lines
        else
            name, lines)

[<Fact>]
let ``twins' files that are not as published are refused by name`` () =
    let refusalOf files =
        use folder = new Folder(files)
        Twins.load TwinTreatment.Heavier 0L folder.Path |> refusal

    let rename (from: string) (into: string) =
        List.mapi (fun i (line: string) -> if i = 0 then line.Replace(from, into) else line)

    Assert.Contains("twin_pairs_T_3years_samesex.csv", twins 30 |> List.removeAt 1 |> refusalOf)
    let lacking = twinsBut "T" (rename "dbirwt_1" "weight") |> refusalOf
    Assert.Contains("twin_pairs_T_3years_samesex.csv", lacking)
    Assert.Contains("dbirwt_1", lacking)
    let shorter = twinsBut "Y" (List.take 20) |> refusalOf
    Assert.Contains("twin_pairs_Y_3years_samesex.csv: found 19 rows", shorter)
    Assert.Contains("'gestat10'", twinsBut "X" (rename "gestat10" "weeks") |> refusalOf)
    let text = twinsBut "X" (List.mapi (fun i line -> if i = 4 then line.Replace("3.0", "three") else line))
    Assert.Contains("Column 'gestat10', row 4", refusalOf text)
    Assert.Contains("2 kg", twinsBut "T" (List.map (fun line -> line.Replace(",10", ",90"))) |> refusalOf)

// ---- ACIC 2018 ----

let private id = "00ea"

let private covariates = [
    "sample_id,age,weight,constant"
    for i in 0..29 do
        $"{1000 + i},{20 + i % 9},{i * i},4"
]

/// Some samples, not in the order of the covariates.
let private samples = [ for i in 0..19 -> 1000 + (7 * i) % 20 ]
let private treated sample = if sample % 3 = 0 then 1 else 0

let private factual = [
    "sample_id,z,y"
    for sample in samples do
        $"{sample},{treated sample},{float sample / 2.0 + float (treated sample)}"
]

let private counterfactual = [
    "sample_id,y0,y1"
    for sample in List.rev samples do
        $"{sample},{float sample / 2.0},{float sample / 2.0 + 1.0}"
]

let private acic = [
    "x.csv", covariates
    $"scaling/factuals/{id}.csv", factual
    $"scaling/counterfactuals/{id}_cf.csv", counterfactual
]

let private load files =
    use folder = new Folder(files)
    Acic2018.load id folder.Path

[<Fact>]
let ``rows are joined by their sample, whatever the order of the files`` () =
    let study = load acic |> ok
    Assert.Equal<string list>([ "x"; "y"; "age"; "weight" ], Frame.names study.Sample.Rows)
    Assert.Equal<string list>([ "constant" ], study.ColumnsLeftOut)
    Assert.Equal<float[]>([| for s in samples -> float ((s - 1000) * (s - 1000)) |], column "weight" study)
    Assert.Equal<float[]>([| for s in samples -> float (treated s) |], column "x" study)
    Assert.Equal<float[]>(Array.create 20 1.0, study.Sample.Effects.Value)

[<Fact>]
let ``the files may stand together, and without a counterfactual one the truth is not known`` () =
    let flat = [ "x.csv", covariates; $"scaling/{id}.csv", factual; $"scaling/{id}_cf.csv", counterfactual ]
    Assert.Equal<float[] option>((load acic |> ok).Sample.Effects, (load flat |> ok).Sample.Effects)
    let study = load (List.take 2 flat) |> ok
    Assert.True(study.Truth.IsNone && study.Sample.Effects.IsNone)

[<Fact>]
let ``censored rows are left out`` () =
    let censored =
        factual
        |> List.mapi (fun i line -> if i = 3 then line.Substring(0, line.LastIndexOf ',' + 1) else line)

    let study = load [ "x.csv", covariates; $"censoring/{id}.csv", censored ] |> ok
    Assert.Equal((19, 1), (Frame.rowCount study.Sample.Rows, study.RowsLeftOut))

[<Fact>]
let ``the challenge's files that are not as published are refused by name`` () =
    let refusalOf files = load files |> refusal
    let replaced name lines = acic |> List.map (fun (file, own) -> file, (if file = name then lines else own))
    let row i text lines = List.mapi (fun j line -> if i = j then text else line) lines
    Assert.Contains($"{id}.csv; it is looked for in scaling/factuals", refusalOf [ "x.csv", covariates ])
    Assert.Contains("x.csv", refusalOf (List.tail acic))
    let stranger = replaced $"scaling/factuals/{id}.csv" (row 2 "77,0,1.5" factual) |> refusalOf
    Assert.Contains("column 'sample_id', row 2: 77", stranger)

    Assert.Contains(
        "'z', row 2: found 2",
        replaced $"scaling/factuals/{id}.csv" (row 2 "1000,2,1" factual) |> refusalOf
    )

    let noOutcome =
        replaced $"scaling/factuals/{id}.csv" ("sample_id,z,outcome" :: List.tail factual)
        |> refusalOf

    Assert.Contains($"{id}.csv", noOutcome)
    Assert.Contains("'y'", noOutcome)
    let missing = replaced "x.csv" (row 1 "1000,,0,4" covariates) |> refusalOf
    Assert.Contains("x.csv", missing)
    Assert.Contains("Column 'age', row 1", missing)

[<Fact>]
let ``the truth file holds the rows' effects`` () =
    let study = load acic |> ok
    let text = TreatmentTruthFile.describe study.Name study.Description study.Truth study.Sample.Effects
    let json = JsonDocument.Parse(text).RootElement
    Assert.Equal((1.0, 20), (json.GetProperty("ate").GetDouble(), json.GetProperty("ite").GetArrayLength()))
