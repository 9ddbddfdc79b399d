namespace BgmFunctional.Flows

open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Numerics

/// A complex shift as a function of one parent.
[<NoComparison; NoEquality>]
type ShiftCurve = {
    /// The node whose latent moves.
    Node: Node
    /// The parent that moves it.
    Parent: Node
    /// What the other parents of the same term are held at: their median or most frequent level, in words; may be empty.
    Given: string
    /// Values of the parent with the shift there, log-odds, 0 on average over them.
    Points: (float * float) list
    /// The shift as it truly is, if that is known; up to a constant.
    Truth: (float -> float) option
    /// Values of a continuous parent below which 5 %, 50 % and 95 % of the data lie, with these shares in words; may be empty.
    Quantiles: (float * string) list
}

/// Complex shifts as curves.
[<RequireQualifiedAccess>]
module CurveChart =
    /// Points of a curve.
    let private points = 121

    /// What the data, or the training data's scales, say about a node.
    type private Seen = { Grid: float[]; Typical: float; Quantiles: (float * string) list }

    let private mode codes = codes |> Seq.countBy id |> Seq.maxBy snd |> fst

    let private seen (flow: Flow) (node: Node) (values: float[] option) =
        match node.Kind, values with
        | Ordinal levels, _ -> {
            Grid = Array.init (Levels.count levels) float
            Typical = values |> Option.map mode |> Option.defaultValue 0.0
            Quantiles = []
          }
        | Continuous _, Some values ->
            let sorted = Array.sort values
            let at = Sorted.quantile sorted

            {
                Grid = Grid.evenly points (at 0.005) (at 0.995)
                Typical = at 0.5
                Quantiles = [ at 0.05, "5 %"; at 0.5, "median"; at 0.95, "95 %" ]
            }
        | Continuous _, None ->
            let scale = flow.Scales[node.Name]
            let low, high = scale.Range.Low, scale.Range.High
            let margin = 0.25 * (high - low)

            {
                Grid = Grid.evenly points (low - margin) (high + margin)
                Typical = scale.Mean
                Quantiles = [ low, "5 %"; high, "95 %" ]
            }

    let private describe (flow: Flow) (name, value) =
        match (Dag.tryNode name flow.Dag).Value.Kind with
        | Ordinal levels -> $"{name} = {(Levels.names levels)[int value]}"
        | Continuous _ -> $"{name} = {NumberText.significant 3 value}"

    /// The curves of all complex shifts, over the bulk of the data or, without data, of the training data.
    let read (data: Frame option) (flow: Flow) : Result<ShiftCurve list, FlowError> =
        let curve (columns: Map<string, float[]>) (node: Node, term, parentName) =
            let parent = (Dag.tryNode parentName flow.Dag).Value
            let seenOf name = seen flow (Dag.tryNode name flow.Dag).Value (columns.TryFind name)
            let seen = seenOf parentName

            let given =
                Term.parents term
                |> List.except [ parentName ]
                |> List.map (fun other -> other, (seenOf other).Typical)

            let settings = given |> List.map (fun (other, value) -> other, To value)

            Reading.curve node.Name parentName settings seen.Grid flow
            |> Result.map (fun shift -> {
                Node = node
                Parent = parent
                Given = given |> List.map (describe flow) |> String.concat ", "
                Points = Reading.centred shift |> Array.zip seen.Grid |> List.ofArray
                Truth = None
                Quantiles = seen.Quantiles
            })

        let edges = [
            for node in Dag.nodes flow.Dag do
                for term in node.Terms do
                    if term.IsComplexShift then
                        for parent in Term.parents term -> node, term, parent
        ]

        let columns =
            match data with
            | None -> Ok Map.empty
            | Some frame ->
                Rows.encode flow.Dag frame
                |> Result.map (Seq.zip (Dag.names flow.Dag) >> Map.ofSeq)

        columns |> Result.bind (fun columns -> Result.traverse (curve columns) edges)

    /// The curves with those that are true, as a function of node and parent.
    let withTruth (truth: string -> string -> (float -> float) option) (curves: ShiftCurve list) =
        curves
        |> List.map (fun curve -> { curve with Truth = truth curve.Node.Name curve.Parent.Name })

    let private centredTruth curve truth =
        let values = curve.Points |> List.map (fst >> truth) |> Array.ofList |> Reading.centred
        List.mapi (fun i (x, _) -> x, values[i]) curve.Points

    let private panel curve =
        let title = $"{curve.Parent.Name} → {curve.Node.Name}"
        let truth = curve.Truth |> Option.map (centredTruth curve)

        match curve.Parent.Kind with
        | Ordinal levels ->
            Panel.bars title curve.Parent.Name "shift, log-odds" (Levels.names levels) [
                yield (if truth.IsSome then "fitted" else ""), List.map snd curve.Points
                yield! truth |> Option.map (fun points -> "true", List.map snd points) |> Option.toList
            ]
        | Continuous _ ->
            Panel.plot title curve.Parent.Name "shift, log-odds" [
                yield Series.line (if truth.IsSome then "fitted" else "") curve.Points
                yield! truth |> Option.map (Series.line "true") |> Option.toList
            ]
            |> Panel.withReferences (curve.Quantiles |> List.map Reference.Vertical)

    /// A panel for each curve; none if there are none.
    let figure (curves: ShiftCurve list) : Figure option =
        let held =
            curves
            |> List.choose (fun curve ->
                if curve.Given = "" then
                    None
                else
                    Some $"{curve.Parent.Name} → {curve.Node.Name} at {curve.Given}")
            |> String.concat "; "

        match curves with
        | [] -> None
        | _ ->
            Figure.create "Complex shifts" (List.map panel curves)
            |> Figure.withSubtitle
                "What a parent does to a node at each of its values, log-odds, 0 on average. Large values move an ordinal node up and a continuous node down. Dashed: where the parent's values lie."
            |> Figure.withCaption held
            |> Some
