namespace BgmFunctional.Flows

open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// What a row would have been, had one of its values been another.
[<RequireQualifiedAccess>]
module CounterfactualChart =
    /// Settings of a continuous node.
    let private points = 81

    /// All levels, or the range of the data without its outermost percent, which the row's own value widens.
    let private settings (node: Node) (values: float[]) factual =
        match node.Kind with
        | Ordinal levels -> Array.init (Levels.count levels) float
        | Continuous _ ->
            let at = Sorted.quantile (Array.sort values)
            Grid.evenly points (min factual (at 0.01)) (max factual (at 0.99))

    /// An axis of a node's values; the vertical one has its highest level on top, where categories go down.
    let private axis title isVertical (node: Node) =
        match node.Kind with
        | Continuous _ -> { Title = title; Kind = AxisKind.Linear }, id
        | Ordinal levels when isVertical ->
            let names = List.rev (Levels.names levels)
            { Title = title; Kind = AxisKind.Categories names }, (fun code -> float (names.Length - 1) - code)
        | Ordinal levels -> { Title = title; Kind = AxisKind.Categories(Levels.names levels) }, id

    let private panel (node: Node) (outcome: Node) (imagined: (float * float) list) (factual: float * float) =
        let x, _ = axis $"{node.Name}, set by hand" false node
        let y, height = axis "" true outcome
        let curve = imagined |> List.map (fun (x, y) -> x, height y)
        let factual = fst factual, height (snd factual)

        Panel.Plot {
            Title = outcome.Name
            X = x
            Y = y
            Series = [
                if node.Kind.IsContinuous then
                    Series.line "imagined" curve
                else
                    Series.points "imagined" curve
                Series.points "as it was" [ factual ]
            ]
            References = []
        }

    /// Every node that hears the named one, in a row of the data (the first is 1), as the named one takes other values; the row's
    /// latents, abducted once, stay. A node that no other hears, or a row that is not there, is refused.
    let figure
        (team: Team)
        (key: Key)
        (name: string)
        (row: int)
        (data: Frame)
        (flow: Flow)
        : Result<Figure, FlowError> =
        let rows = Frame.rowCount data

        let imagine (node: Node) (outcomes: Node list) (values: float[][]) =
            let factual (node: Node) = values[Dag.position node.Name flow.Dag][row - 1]
            let grid = settings node values[Dag.position name flow.Dag] (factual node)

            Flow.abduct team key (Frame.take [| row - 1 |] data) flow
            |> Result.map (Frame.take (Array.zeroCreate grid.Length))
            |> Result.bind (fun latents -> Flow.ofLatents team [ name, ToEach grid ] latents flow)
            |> Result.bind (Rows.encode flow.Dag)
            |> Result.map (fun imagined ->
                outcomes
                |> List.map (fun outcome ->
                    let curve = Array.zip grid imagined[Dag.position outcome.Name flow.Dag] |> List.ofArray
                    panel node outcome curve (factual node, factual outcome))
                |> Figure.create "If we had acted"
                |> Figure.withSubtitle
                    $"Row {row} of the data, had {name} been another: its latents stay, the rest follows"
                |> Figure.withCaption
                    "An ordinal node tells of its latent only the interval of its level; the latent drawn from it is one of those that would do.")

        match Dag.tryNode name flow.Dag with
        | None -> Error(FlowError.UnknownNode(name, Dag.names flow.Dag))
        | Some _ when row < 1 || row > rows -> Error(FlowError.BadOption("row", string row, $"one of 1 to {rows}"))
        | Some node ->
            match
                Dag.descendants name flow.Dag
                |> List.choose (fun other -> Dag.tryNode other flow.Dag)
            with
            | [] -> Error(FlowError.NothingToDraw("counterfactual", $"no node hears {name}; set one that has children"))
            | outcomes -> Rows.encode flow.Dag data |> Result.bind (imagine node outcomes)
