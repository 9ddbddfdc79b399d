// The data challenge of the Atlantic Causal Inference Conference 2018: covariates of the Linked Births and Infant Deaths Database, with simulated treatments
// and outcomes (Shimoni et al., arXiv:1802.05046). x.csv: sample_id and covariates; ID.csv: sample_id, z, y; ID_cf.csv: sample_id, y0, y1.
namespace BgmFunctional.Studies

open System
open System.Collections.Generic
open System.IO
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Simulators

/// The challenge's data sets.
[<RequireQualifiedAccess>]
module Acic2018 =

    let private sampleId = "sample_id"

    /// Where the download, or the sample that IBM published, keeps factual files.
    let private factualPlaces = [ "scaling/factuals"; "scaling"; "censoring/factuals"; "censoring"; "" ]

    /// Beside the factual file or in the folder beside its own.
    let private counterfactual (id: string) (factual: string) =
        let folder = Path.GetDirectoryName(Path.GetFullPath factual)

        [ folder; Path.Combine(folder, "..", "counterfactuals") ]
        |> List.map (fun folder -> Path.GetFullPath(Path.Combine(folder, $"{id}_cf.csv")))
        |> List.tryFind File.Exists

    let private ids path frame = Study.column Column.finite path sampleId frame

    /// The rows in which identifiers stand; one that is not there is refused.
    let private lookUp path (known: float[]) knownPath (wanted: float[]) =
        let rows = Dictionary<float, int>(known.Length)
        known |> Array.iteri (fun row id -> rows[id] <- row)

        match wanted |> Array.tryFindIndex (rows.ContainsKey >> not) with
        | Some i -> Error(StudyError.UnknownSample(path, i + 1, wanted[i], knownPath))
        | None -> Ok(wanted |> Array.map (fun id -> rows[id]))

    let private checkBinary path (z: float[]) =
        match z |> Array.tryFindIndex (fun z -> z <> 0.0 && z <> 1.0) with
        | Some i -> Error(StudyError.NotBinary(path, "z", i + 1, z[i]))
        | None -> Ok z

    /// Samples whose outcome is seen, with their treatments and outcomes, and how many are censored.
    let private factuals path =
        result {
            let! frame = Study.read Csv.read path
            let! samples = ids path frame
            let! z = Study.column Column.finite path "z" frame
            let! z = checkBinary path z
            let! y = Study.column Column.numbers path "y" frame
            let seen = y |> Array.map Double.IsFinite |> Study.indices
            let take (values: float[]) = seen |> Array.map (fun i -> values[i])

            if seen.Length < 2 then
                return! Error(StudyError.NoRows(path, "two with an outcome"))
            else
                return take samples, take z, take y, y.Length - seen.Length
        }

    /// y1 − y0 of samples, in their order.
    let private effects factual (samples: float[]) path =
        result {
            let! frame = Study.read Csv.read path
            let! known = ids path frame
            let! rows = lookUp factual known path samples
            let! y0 = Study.column Column.finite path "y0" frame
            let! y1 = Study.column Column.finite path "y1" frame
            return Some(rows |> Array.map (fun row -> y1[row] - y0[row]))
        }

    /// The covariates of samples, in their order.
    let private covariates factual (samples: float[]) path =
        result {
            let! frame = Study.read Csv.read path
            let! known = ids path frame
            let! rows = lookUp factual known path samples
            let names = Frame.names frame |> List.except [ sampleId ]

            let! columns =
                names
                |> Result.traverse (fun name -> Study.column Column.finite path name frame)

            return
                columns
                |> List.map (fun values -> rows |> Array.map (fun row -> values[row]))
                |> List.zip names
        }

    /// A data set by its identifier (`ufid`), from a folder with x.csv: scaling and censoring, their files together or in `factuals` and `counterfactuals`.
    /// Rows whose outcome is censored are left out; the truth is known where the counterfactual file is there.
    let load (id: string) (folder: string) : Result<Study, StudyError> =
        result {
            let! factual = Study.find $"{id}.csv" folder factualPlaces
            let! samples, z, y, censored = factuals factual
            let covariatesPath = Path.Combine(folder, "x.csv")
            let! covariates = covariates factual samples covariatesPath

            let! effects =
                counterfactual id factual
                |> Option.map (effects factual samples)
                |> Option.defaultValue (Ok None)

            let varying, constant = Study.partVarying covariates
            let! rows = Study.frame covariatesPath z y varying

            return {
                Name = "acic2018"
                Description =
                    $"Births with a simulated treatment and outcome, data set {id} of the ACIC 2018 challenge."
                Treatment = Binary
                Sample = { Rows = rows; Effects = effects }
                Truth = Study.truthOf effects
                RowsLeftOut = censored
                ColumnsLeftOut = constant
            }
        }
