namespace BgmFunctional.Flows

open BgmFunctional.Data

/// A node's distribution in each row of a table, given its parents there; analytic, float64.
[<RequireQualifiedAccess>]
module internal GivenParents =

    let ordinal (node: Node) =
        match node.Kind with
        | Ordinal levels -> Ok levels
        | Continuous _ -> Error(FlowError.NotOrdinal node.Name)

    let continuous (node: Node) =
        if node.Kind.IsContinuous then
            Ok()
        else
            Error(FlowError.NotContinuous node.Name)

    /// The columns of rows, with a node's parents as an intervention sets them. Only parents may be set: an effect that passes through other nodes
    /// is followed by sample and counterfactual.
    let rows
        (node: Node)
        (interventions: (string * Setting) list)
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        let parents = Node.parents node
        let isOther (set, _) = not (List.contains set parents)

        Intervention.check flow.Dag interventions
        |> Result.bind (fun () ->
            match List.tryFind isOther interventions with
            | Some(set, _) -> Error(FlowError.NotAParent(node.Name, set, parents))
            | None -> Rows.encode flow.Dag frame)
        |> Result.bind (fun values ->
            Intervention.columns flow.Dag (Rows.count values) interventions
            |> Result.map (Array.map2 (fun seen set -> if isNull set then seen else set) values))

    /// Numbers at each of some points, (n)(m), from those of a piece of rows at one point.
    let atPoints
        team
        (node: Node)
        (flow: Flow)
        (points: float[])
        (f: Conditional -> float[] -> float[])
        (values: float[][])
        =
        let ready = ReadyNode.named node.Name flow

        Rows.inPieces team (Rows.count values) points.Length (fun start length ->
            let given =
                Rows.parents flow.Dag flow.Scales (Rows.slice start length values) node
                |> Conditional.create ready

            points |> Array.map (fun point -> f given (Array.create length point)))
        |> Array.transpose

    /// The factor by which odds at a threshold change as the parent moves, (n)(m): of an ordinal node the odds of a level above the threshold,
    /// of a continuous one those of a value at most the threshold, so that of a linear shift it is exp(β·difference) in both.
    let oddsRatios team (node: Node) parent (first, last) (thresholds: float[]) (frame: Frame) (flow: Flow) =
        let isThreshold (threshold: float) =
            match node.Kind with
            | Continuous _ -> System.Double.IsFinite threshold
            | Ordinal levels ->
                threshold = floor threshold
                && threshold >= 0.0
                && threshold < float (Levels.count levels - 1)

        let refuse threshold =
            let wanted =
                match node.Kind with
                | Continuous _ -> "finite numbers"
                | Ordinal levels -> $"codes of '{node.Name}' below its highest level, 0 to {Levels.count levels - 2}"

            Error(FlowError.BadOption("thresholds", Number.format threshold, wanted))

        let logOdds setting =
            rows node [ parent, setting ] frame flow
            |> Result.map (atPoints team node flow thresholds Conditional.logOdds)

        let ratio =
            match node.Kind with
            | Continuous _ -> fun before after -> exp (after - before)
            | Ordinal _ -> fun before after -> exp (before - after)

        match Array.tryFind (isThreshold >> not) thresholds with
        | Some threshold -> refuse threshold
        | None ->
            logOdds first
            |> Result.bind (fun before -> logOdds last |> Result.map (Array.map2 (Array.map2 ratio) before))
