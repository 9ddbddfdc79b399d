// From columns to numbers and back: levels by name or by code, parents as the networks see them.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data
open BgmFunctional.Autodiff
open BgmFunctional.Numerics

/// What training data say about a continuous node: where its bulk lies, and how its values are standardised as a parent.
type Scale = {
    /// Where the bulk of the values lies.
    Range: ValueRange
    /// Mean of the values.
    Mean: float
    /// Standard deviation of the values, above 0.
    StandardDeviation: float
}

/// Scales from data.
[<RequireQualifiedAccess>]
module Scale =

    /// The share p of sorted values lies below.
    let internal quantile sorted p = Sorted.quantile sorted p

    /// The scale of values that are not all equal. Where the quantiles coincide (a spike), the range is that of all values.
    let ofValues (values: float[]) =
        let sorted = Array.sort values
        let low, high = quantile sorted ValueRange.tail, quantile sorted (1.0 - ValueRange.tail)
        let mean = Array.average values
        let variance = values |> Array.averageBy (fun x -> (x - mean) * (x - mean))

        {
            Range =
                if low < high then
                    { Low = low; High = high }
                else
                    { Low = sorted[0]; High = Array.last sorted }
            Mean = mean
            StandardDeviation = sqrt variance
        }

/// Columns as numbers: ordinal nodes as codes 0 … K − 1.
[<RequireQualifiedAccess>]
module internal Encoding =

    /// A node's column as numbers, refused where it holds anything else.
    let values (node: Node) (column: Column) : Result<float[], DataError> =
        match node.Kind with
        | Continuous _ -> Column.finite node.Name column
        | Ordinal(Codes count) -> Column.codes count node.Name column |> Result.map (Array.map float)
        | Ordinal(Names names) ->
            Column.namedCodes (List.toArray names) node.Name column
            |> Result.map (Array.map float)

    /// A column as it came: codes stay codes, named levels get their names.
    let column (node: Node) (values: float[]) =
        match node.Kind with
        | Ordinal(Names names) ->
            let names = List.toArray names
            Column.Text(values |> Array.map (fun code -> names[int code]))
        | Ordinal(Codes _)
        | Continuous _ -> Column.Numeric values

    /// The columns that a node has as a parent: one, or one for each level.
    let width (node: Node) =
        match node.Kind with
        | Continuous _ -> 1
        | Ordinal levels -> Levels.count levels

    /// The columns of the parents of each of a node's terms.
    let widths dag (node: Node) =
        node.Terms
        |> List.map (Term.parents >> List.sumBy (fun parent -> width (Dag.tryNode parent dag).Value))

    /// Parents side by side as networks and coefficients see them, (n, Σ widths), float64: continuous values standardised (the published
    /// package takes them raw, which stalls Adam on columns in dollars), levels one-hot.
    let parents (nodes: (Node * Scale option * float[]) list) : Tensor =
        let rows =
            match nodes with
            | (_, _, values) :: _ -> values.Length
            | [] -> invalidArg (nameof nodes) "a term has at least one parent"

        let widths = nodes |> List.map (fun (node, _, _) -> width node)
        let total = List.sum widths
        let starts = List.scan (+) 0 widths
        let cells = Array.zeroCreate (rows * total)

        for start, (node, scale, values) in Seq.zip starts nodes do
            for row in 0 .. rows - 1 do
                match node.Kind, scale with
                | Continuous _, Some scale ->
                    cells[row * total + start] <- (values[row] - scale.Mean) / scale.StandardDeviation
                | Continuous _, None -> cells[row * total + start] <- values[row]
                | Ordinal _, _ -> cells[row * total + start + int values[row]] <- 1.0

        Tensor.view [| rows; total |] cells
