// Published data sets that are not ours to ship: whoever has the original files names their folder.
namespace BgmFunctional.Studies

open System.IO
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Simulators

/// A published data set with a treatment whose effect is known.
[<NoComparison; NoEquality>]
type Study = {
    /// The name by which the command line knows it.
    Name: string
    /// What it is, in one line.
    Description: string
    /// What values the treatment takes.
    Treatment: TreatmentKind
    /// Columns x, y and the covariates by their own names, and the true effect on each row where it is known.
    Sample: TreatmentSample
    /// What a good model finds, if it is known.
    Truth: TreatmentTruth option
    /// Rows of the files that are left out.
    RowsLeftOut: int
    /// Covariates that are the same in all rows that stay, and so are left out.
    ColumnsLeftOut: string list
}

/// What studies share.
[<RequireQualifiedAccess>]
module internal Study =

    let read reader path = reader path |> Result.mapError (fun problem -> StudyError.File(path, problem))

    /// A column of numbers without gaps.
    let column check path name frame =
        Frame.column name frame
        |> Result.bind (check name)
        |> Result.mapError (fun problem -> StudyError.File(path, problem))

    /// The first of some places, below a folder, where a file stands.
    let find name (folder: string) (places: string list) =
        places
        |> List.map (fun place -> Path.Combine(folder, place, name))
        |> List.tryFind File.Exists
        |> Option.map Ok
        |> Option.defaultWith (fun () ->
            let shown =
                places
                |> List.map (fun place -> if place = "" then "the folder itself" else place)

            Error(StudyError.NowhereFound(name, folder, shown)))

    /// Columns with something to learn from, and the names of the others.
    let partVarying (columns: (string * float[]) list) =
        let varying, constant =
            columns
            |> List.partition (fun (_, values: float[]) -> values |> Array.exists (fun value -> value <> values[0]))

        varying, List.map fst constant

    /// The table of x, y and covariates; a covariate called x or y would be taken for another part.
    let frame path (x: float[]) (y: float[]) (covariates: (string * float[]) list) =
        ("x", x) :: ("y", y) :: covariates
        |> List.map (fun (name, values) -> name, Column.Numeric values)
        |> Frame.ofColumns
        |> Result.mapError (fun problem -> StudyError.File(path, problem))

    /// The indices for which a flag is set.
    let indices (flags: bool[]) = flags |> Array.indexed |> Array.filter snd |> Array.map fst

    /// The true effect of a binary treatment, from both outcomes of each row.
    let truthOf (effects: float[] option) = effects |> Option.map (Array.average >> TrueAverageEffect)
