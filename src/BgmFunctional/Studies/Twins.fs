// Twins of the same sex born in the United States in 1989 to 1991 (Almond, Chay and Lee 2005), as Louizos et al. (NeurIPS 2017) published them:
// twin_pairs_X_3years_samesex.csv, twin_pairs_T_… (weights at birth, g) and twin_pairs_Y_… (death in the first year), a row a pair, the lighter twin first.
namespace BgmFunctional.Studies

open System
open System.IO
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Numerics
open BgmFunctional.Simulators

/// What is taken for the treatment of a twin.
[<RequireQualifiedAccess>]
type TwinTreatment =
    /// To be the heavier twin of the pair, binary; the outcome is death in the first year. Both outcomes of a pair are known, one of them is
    /// shown: the heavier twin's with probability σ(wᵀv + w_h·(gestat10/10 − 0.1)), w ~ N(0, 0.1²) on standardised covariates, w_h ~ N(5, 0.1²), so that
    /// weeks of gestation confound (Louizos et al. 2017).
    | Heavier
    /// Weight at birth, kg, continuous; the outcome is simulated, y = −2σ(3x) + vᵀγ + ε with γ ~ N(0, 0.025²) and ε ~ N(0, 0.25²), and both twins are rows
    /// (Liu and Wong, arXiv:2501.00755).
    | Weight

/// The twins' study.
[<RequireQualifiedAccess>]
module Twins =

    let private path (folder: string) part = Path.Combine(folder, $"twin_pairs_{part}_3years_samesex.csv")

    let private draws draw (key: Key) n =
        let values = Array.zeroCreate<float> n
        Kernels<float>.Best.Random(draw, key, 0L, Span values)
        values

    /// What the files say of the pairs in which both weigh less than 2 kg and no covariate is missing.
    type private Pairs = {
        Covariates: (string * float[]) list
        Light: float[]
        Heavy: float[]
        LightDied: float[]
        HeavyDied: float[]
        LeftOut: int
    }

    /// Grams.
    let private lightest = 2000.0

    let private readPairs folder (surplus: string list) =
        let read part = Study.read Csv.readNumbered (path folder part)
        let column part frame name = Study.column Column.numbers (path folder part) name frame

        let requireRows part frame wanted =
            let found = Frame.rowCount frame

            if found = wanted then
                Ok()
            else
                Error(StudyError.UnequalFiles(path folder part, found, path folder "X", wanted))

        result {
            let! x = read "X"
            let! t = read "T"
            let! y = read "Y"
            do! requireRows "T" t (Frame.rowCount x)
            do! requireRows "Y" y (Frame.rowCount x)
            let! light = column "T" t "dbirwt_0"
            let! heavy = column "T" t "dbirwt_1"
            let! lightDied = column "Y" y "mort_0"
            let! heavyDied = column "Y" y "mort_1"
            let names = Frame.names x |> List.except surplus
            let! covariates = names |> Result.traverse (column "X" x)

            let stays =
                Array.init light.Length (fun i ->
                    let isKnown (values: float[]) = Double.IsFinite values[i]

                    light[i] < lightest
                    && heavy[i] < lightest
                    && List.forall isKnown (lightDied :: heavyDied :: covariates))
                |> Study.indices

            let take (values: float[]) = stays |> Array.map (fun i -> values[i])

            if stays.Length < 2 then
                return! Error(StudyError.NoRows(folder, "two pairs lighter than 2 kg without a missing covariate"))
            else
                return {
                    Covariates = List.zip names (List.map take covariates)
                    Light = take light
                    Heavy = take heavy
                    LightDied = take lightDied
                    HeavyDied = take heavyDied
                    LeftOut = light.Length - stays.Length
                }
        }

    /// The weighted sum of each row's covariates.
    let private score (weights: float[]) (covariates: (string * float[]) list) =
        let columns = covariates |> List.map snd |> List.toArray

        Array.init columns[0].Length (fun i ->
            Array.fold2 (fun sum w (v: float[]) -> sum + w * v[i]) 0.0 weights columns)

    let private standardised (values: float[]) =
        let mean = Array.average values
        let sd = sqrt (values |> Array.averageBy (fun value -> (value - mean) ** 2.0))
        values |> Array.map (fun value -> (value - mean) / sd)

    let private heavier (key: Key) folder (pairs: Pairs) =
        let varying, constant = Study.partVarying pairs.Covariates

        match List.tryFind (fst >> (=) "gestat10") pairs.Covariates with
        | None ->
            let names = List.map fst pairs.Covariates
            Error(StudyError.File(path folder "X", DataError.MissingColumns([ "gestat10" ], names)))
        | Some(_, gestation) ->
            let n = gestation.Length
            let weights = draws Draw.Normal (key.Child 0L) (varying.Length + 1) |> Array.map ((*) 0.1)
            let ofGestation = 5.0 + weights[varying.Length]

            let ofOthers =
                varying
                |> List.map (fun (name, values) -> name, standardised values)
                |> score weights[.. varying.Length - 1]

            let uniform = draws Draw.Uniform (key.Child 1L) n

            let x =
                Array.init n (fun i ->
                    let logit = ofOthers[i] + ofGestation * (gestation[i] / 10.0 - 0.1)
                    if uniform[i] < Logistic.cdf logit then 1.0 else 0.0)

            let y = Array.init n (fun i -> if x[i] = 1.0 then pairs.HeavyDied[i] else pairs.LightDied[i])
            let effects = Some(Array.map2 (-) pairs.HeavyDied pairs.LightDied)

            Study.frame (path folder "X") x y varying
            |> Result.map (fun frame -> {
                Name = "twins"
                Description = "Twins lighter than 2 kg: what it does to death in the first year to be the heavier one."
                Treatment = Binary
                Sample = { Rows = frame; Effects = effects }
                Truth = Study.truthOf effects
                RowsLeftOut = pairs.LeftOut
                ColumnsLeftOut = constant
            })

    let private weight (key: Key) folder (pairs: Pairs) =
        let covariates =
            pairs.Covariates
            |> List.map (fun (name, values) -> name, Array.append values values)

        let x = Array.append pairs.Light pairs.Heavy |> Array.map (fun grams -> grams / 1000.0)

        let ofCovariates =
            score (draws Draw.Normal (key.Child 0L) covariates.Length |> Array.map ((*) 0.025)) covariates

        let curve x = -2.0 * Logistic.cdf (3.0 * x)
        let noise = draws Draw.Normal (key.Child 1L) x.Length
        let y = Array.map3 (fun x score e -> curve x + score + 0.25 * e) x ofCovariates noise
        let varying, constant = Study.partVarying covariates
        let level, sorted = Array.average ofCovariates, Array.sort x
        let low, high = Sorted.quantile sorted 0.05, Sorted.quantile sorted 0.95

        Study.frame (path folder "X") x y varying
        |> Result.map (fun frame -> {
            Name = "twins"
            Description = "Twins lighter than 2 kg: weight at birth, and an outcome that is simulated from it."
            Treatment = Continuous
            Sample = { Rows = frame; Effects = None }
            Truth = Some(TrueDoseResponse((fun x -> curve x + level), low, high))
            RowsLeftOut = pairs.LeftOut
            ColumnsLeftOut = constant
        })

    let private identifiers = [ "infant_id_0"; "infant_id_1" ]

    /// Rank among the twins, which tells them apart: no covariate of a pair.
    let private ranks = [ "bord_0"; "bord_1" ]

    /// The rows of the three files in a folder: pairs in which both weigh less than 2 kg and no covariate is missing. The seed names what is drawn.
    let load (treatment: TwinTreatment) (seed: int64) (folder: string) : Result<Study, StudyError> =
        let key = Key.OfSeed seed

        match treatment with
        | TwinTreatment.Heavier -> readPairs folder (identifiers @ ranks) |> Result.bind (heavier key folder)
        | TwinTreatment.Weight -> readPairs folder identifiers |> Result.bind (weight key folder)
