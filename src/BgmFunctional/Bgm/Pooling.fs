// Means and regressions over the completed tables of a multiple imputation.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Data
open BgmFunctional.LatentVariables

/// What completed tables say together, by Rubin's rules.
[<RequireQualifiedAccess>]
module Pooling =

    let private data result = Result.mapError BgmError.Data result

    /// Tables of the same columns and the same number of rows, at least two.
    let private check alpha (tables: Frame list) : Result<unit, BgmError> =
        if not (alpha > 0.0 && alpha < 1.0) then
            Error(BgmError.BadOption("alpha", Number.format alpha, "between 0 and 1, both excluded"))
        elif tables.Length < 2 then
            Error(BgmError.BadOption("tables", string tables.Length, "two completed tables or more"))
        else
            let first = tables.Head

            match
                tables
                |> List.tryFindIndex (fun table -> Frame.rowCount table <> Frame.rowCount first)
            with
            | Some i ->
                let wanted = $"as many rows in each table as in the first, {Frame.rowCount first}"
                Error(BgmError.BadOption($"table {i + 1}", $"{Frame.rowCount tables[i]} rows", wanted))
            | None ->
                tables
                |> Result.traverse (Frame.exactly (Frame.names first))
                |> data
                |> Result.map ignore

    /// The levels of each column that holds texts in one of the tables, in order.
    let private levels (tables: Frame list) =
        Frame.names tables.Head
        |> List.choose (fun name ->
            let columns = tables |> List.choose (Frame.tryColumn name)

            if columns |> List.exists _.IsText then
                let seen =
                    columns
                    |> Seq.collect Column.texts
                    |> Seq.filter (fun text -> text <> "")
                    |> Seq.distinct

                Some(name, seen |> Seq.sortWith (fun a b -> String.CompareOrdinal(a, b)) |> List.ofSeq)
            else
                None)
        |> Map.ofList

    /// Pools what a fit of each table says: terms with estimates, and degrees of freedom.
    let private pooled alpha fit (tables: Frame list) =
        tables
        |> Result.traverse fit
        |> Result.map (fun (fits: ((string * CompletedEstimate) list * float) list) ->
            let _, df = fits.Head

            fits.Head
            |> fst
            |> List.mapi (fun j (term, _) ->
                fits
                |> List.map (fun (terms, _) -> snd terms[j])
                |> List.toArray
                |> Rubin.pool alpha df term))

    /// The means of all columns of numbers, with 1 − alpha intervals. Refused: fewer than two tables, tables of other columns or rows, holes, an alpha
    /// outside (0, 1).
    let means (alpha: float) (tables: Frame list) : Result<PooledEstimate list, BgmError> =
        check alpha tables
        |> Result.bind (fun () ->
            let texts = levels tables

            let numbers =
                Frame.names tables.Head
                |> List.filter (fun name -> not (texts.ContainsKey name))

            let mean name frame = LeastSquares.fit Map.empty { Outcome = name; Predictors = [] } frame

            numbers
            |> Result.traverse (fun name ->
                pooled alpha (mean name) tables
                |> Result.map (fun terms -> { terms.Head with Term = name })))

    /// The coefficients of a linear regression, such as "y ~ a + b" or "y ~ .", with 1 − alpha intervals; columns of texts enter as an indicator of each
    /// level but the first, "arm=b". Refused: what `means` and `Formula.parse` refuse, and columns that add up to another one.
    let regression (alpha: float) (formula: string) (tables: Frame list) : Result<PooledEstimate list, BgmError> =
        check alpha tables
        |> Result.bind (fun () -> Formula.parse (Frame.names tables.Head) formula)
        |> Result.bind (fun formula -> pooled alpha (LeastSquares.fit (levels tables) formula) tables)
