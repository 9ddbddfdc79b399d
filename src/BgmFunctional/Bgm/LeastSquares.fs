// Linear regression with an intercept on one completed table.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// "y ~ a + b": a column as a linear function of others.
type Formula = {
    /// The column left of ~.
    Outcome: string
    /// The columns right of it.
    Predictors: string list
}

/// Formulas from texts.
[<RequireQualifiedAccess>]
module Formula =

    /// The formula that a text says: columns joined by +, or a point for all others of the table's. Refused: a text of another form, and columns that
    /// the table does not have or that are named twice.
    let parse (columns: string list) (text: string) : Result<Formula, BgmError> =
        let wrong wanted = Error(BgmError.BadOption("formula", $"'{text}'", wanted))

        match text.Split '~' |> Array.map _.Trim() with
        | [| outcome; right |] when outcome <> "" && right <> "" ->
            let predictors =
                match right with
                | "." -> List.except [ outcome ] columns
                | names -> names.Split '+' |> Array.map _.Trim() |> List.ofArray

            let named = outcome :: predictors

            match named |> List.tryFind (fun name -> not (List.contains name columns)), List.distinct named = named with
            | Some unknown, _ -> Error(BgmError.Data(DataError.UnknownColumn(unknown, columns)))
            | None, false -> wrong "one in which every column stands once"
            | None, true -> Ok { Outcome = outcome; Predictors = predictors }
        | _ -> wrong "like y ~ a + b, or y ~ . for all other columns"

/// Ordinary least squares.
[<RequireQualifiedAccess>]
module internal LeastSquares =

    let private finite name frame =
        Frame.column name frame
        |> Result.bind (Column.finite name)
        |> Result.mapError BgmError.Data

    /// A column of numbers as it is, one of texts as an indicator of each level but the first.
    let private predictor (levels: Map<string, string list>) frame name : Result<(string * float[]) list, BgmError> =
        match levels.TryFind name with
        | None -> finite name frame |> Result.map (fun values -> [ name, values ])
        | Some levels ->
            Frame.column name frame
            |> Result.bind (Column.namedCodes (List.toArray levels) name)
            |> Result.mapError BgmError.Data
            |> Result.map (fun codes ->
                levels
                |> List.indexed
                |> List.tail
                |> List.map (fun (k, level) ->
                    $"{name}={level}", codes |> Array.map (fun code -> if code = k then 1.0 else 0.0)))

    /// Coefficients with the squares of their standard errors, and residual degrees of freedom. `levels` are those of the columns that hold texts.
    /// Refused: what is missing or infinite, too few rows, and columns that add up to another one.
    let fit
        (levels: Map<string, string list>)
        (formula: Formula)
        (frame: Frame)
        : Result<(string * CompletedEstimate) list * float, BgmError> =
        finite formula.Outcome frame
        |> Result.bind (fun y ->
            formula.Predictors
            |> Result.traverse (predictor levels frame)
            |> Result.bind (fun predictors ->
                let terms = ("(intercept)", Array.create y.Length 1.0) :: List.concat predictors
                let df = y.Length - terms.Length

                if df < 1 then
                    Error(
                        BgmError.BadOption(
                            "formula",
                            $"{terms.Length} coefficients for {y.Length} rows",
                            "one with fewer coefficients than rows"
                        )
                    )
                else
                    // Columns of length 1: what is left of one after those before it then says how far it is from adding up.
                    let lengths =
                        terms
                        |> List.map (fun (_, x) -> sqrt (Array.sumBy (fun x -> x * x) x))
                        |> List.toArray

                    let x =
                        DenseMatrix.OfColumnArrays(
                            terms |> List.mapi (fun j (_, x) -> x |> Array.map (fun x -> x / lengths[j]))
                        )

                    let qr = x.QR Factorization.QRMethod.Thin
                    let isLost j = not (abs qr.R[j, j] > 1e-9)

                    match terms |> List.indexed |> List.tryFind (fun (j, _) -> isLost j) with
                    | Some(_, (term, _)) -> Error(BgmError.Collinear term)
                    | None ->
                        let outcome = DenseVector.OfArray y
                        let beta = qr.Solve outcome
                        let residuals = outcome - x * beta
                        let variance = residuals.DotProduct residuals / float df
                        let inverse = qr.R.Inverse()

                        let coefficients =
                            terms
                            |> List.mapi (fun j (term, _) ->
                                let row = inverse.Row j

                                term,
                                {
                                    Estimate = beta[j] / lengths[j]
                                    Variance = variance * (row * row) / (lengths[j] * lengths[j])
                                })

                        Ok(coefficients, float df)))
