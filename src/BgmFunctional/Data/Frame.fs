namespace BgmFunctional.Data

open System

/// A table: named columns of one length, in order. Immutable.
type Frame = private { Columns: (string * Column)[]; Positions: Map<string, int>; Rows: int }

/// Building tables and taking them apart.
[<RequireQualifiedAccess>]
module Frame =
    let private firstDuplicate names =
        names
        |> Array.countBy id
        |> Array.tryPick (fun (name, count) -> if count > 1 then Some name else None)

    /// A table of these columns; refused if two share a name, one has no name, or their lengths differ.
    let ofColumns (columns: seq<string * Column>) =
        let columns = Array.ofSeq columns
        let names = Array.map fst columns

        let rows =
            columns
            |> Array.tryHead
            |> Option.map (snd >> Column.length)
            |> Option.defaultValue 0

        let unnamed = names |> Array.tryFindIndex String.IsNullOrWhiteSpace
        let unequal = columns |> Array.tryFind (fun (_, column) -> Column.length column <> rows)

        match unnamed, firstDuplicate names, unequal with
        | Some position, _, _ -> Error(DataError.UnnamedColumn(position + 1))
        | _, Some name, _ -> Error(DataError.DuplicateColumn name)
        | _, _, Some(name, column) -> Error(DataError.UnequalColumn(name, Column.length column, rows))
        | None, None, None ->
            Ok {
                Columns = columns
                Positions = names |> Array.mapi (fun i name -> name, i) |> Map.ofArray
                Rows = rows
            }

    /// A table of numbers given by rows, (n) arrays of (p) values for (p) names; NaN is a missing value.
    /// An ArgumentException names the first row that does not have a value per name.
    let ofRows (names: string list) (rows: float[][]) =
        let width = names.Length

        rows
        |> Array.iteri (fun i row ->
            if row.Length <> width then
                invalidArg (nameof rows) $"Row {i + 1} has {row.Length} values for {width} columns.")

        names
        |> List.mapi (fun j name -> name, Column.Numeric(rows |> Array.map (fun row -> row[j])))
        |> ofColumns

    /// The number of rows.
    let rowCount frame = frame.Rows

    /// The names of the columns, in order.
    let names frame = frame.Columns |> Array.map fst |> List.ofArray

    /// The columns with their names, in order.
    let columns frame = List.ofArray frame.Columns

    /// The column of that name, if there is one.
    let tryColumn name frame =
        frame.Positions
        |> Map.tryFind name
        |> Option.map (fun i -> snd frame.Columns[i])

    /// The column of that name; an unknown one is refused with the names there are.
    let column name frame =
        match tryColumn name frame with
        | Some column -> Ok column
        | None -> Error(DataError.UnknownColumn(name, names frame))

    /// The columns of these names, in this order; all that are not there are refused at once.
    let select (wanted: string list) frame =
        match wanted |> List.filter (fun name -> not (frame.Positions.ContainsKey name)) with
        | [] ->
            wanted
            |> List.map (fun name -> frame.Columns[frame.Positions[name]])
            |> ofColumns
        | missing -> Error(DataError.MissingColumns(missing, names frame))

    /// The columns of exactly these names, in this order; one too few or one too many is refused.
    let exactly (expected: string list) frame =
        match List.except expected (names frame) with
        | [] -> select expected frame
        | surplus when expected |> List.forall frame.Positions.ContainsKey ->
            Error(DataError.SurplusColumns(surplus, expected))
        | _ -> select expected frame

    /// The table with a column replaced, or added at the end if it has none of that name.
    let add name column frame =
        match frame.Positions |> Map.tryFind name with
        | Some i -> frame.Columns |> Array.updateAt i (name, column) |> ofColumns
        | None -> Array.append frame.Columns [| name, column |] |> ofColumns

    /// The rows at the given indices (from 0), in their order; an index may come twice.
    let take indices frame = {
        frame with
            Columns =
                frame.Columns
                |> Array.map (fun (name, column) -> name, Column.take indices column)
            Rows = Array.length indices
    }
