namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Numerics

/// The effect of a parent on the log-odds scale of a node, with its Wald test. NaN where the data leave it open.
type LinearEffect = {
    /// The node whose latent moves.
    Node: string
    /// The parent that moves it.
    Term: string
    /// The parent's level, or none for a continuous parent.
    Level: string option
    /// The level that it is compared with, or none for a continuous parent.
    Reference: string option
    /// β: a unit of the parent, or this level against the reference. Added to u of a continuous node, subtracted from the cut points of an
    /// ordinal one (as MASS::polr does).
    Estimate: float
    /// From the inverse of the observed information. For a continuous node, given those Bernstein increments that the data hold at zero.
    StandardError: float
    /// Estimate over standard error.
    Z: float
    /// P(|N(0, 1)| &gt; |z|).
    P: float
    /// Lower end of the 95 % interval.
    Low: float
    /// Upper end of the 95 % interval.
    High: float
    /// exp(β).
    OddsRatio: float
    /// exp of the lower end.
    OddsRatioLow: float
    /// exp of the upper end.
    OddsRatioHigh: float
}

/// A cut point of an ordinal node: the log-odds of a level at most Below where every effect is zero (the minus of a binary node's
/// intercept).
type CutPoint = {
    /// The level below.
    Below: string
    /// The level above.
    Above: string
    /// θ, log-odds.
    Estimate: float
    /// From the inverse of the observed information.
    StandardError: float
}

/// What a classical fit infers about a node.
type NodeSummary = {
    /// The name of the node.
    Node: string
    /// In the order of terms and levels.
    Effects: LinearEffect list
    /// Of an ordinal node, lowest first, at the lowest levels of its ordinal parents, whatever the references.
    CutPoints: CutPoint list
    /// Maximum of the node's log-likelihood, nats.
    LogLikelihood: float
    /// Numbers that the data have determined.
    Parameters: int
    /// 2·parameters − 2·log-likelihood.
    Aic: float
    /// What is wrong, one line each.
    Warnings: string list
}

/// Reading estimates and their uncertainty off a flow.
[<RequireQualifiedAccess>]
module internal Inference =

    let private wald node parent level reference (estimate: float) variance =
        let error = if variance > 0.0 then sqrt variance else nan
        let low, high = estimate - Normal.upper975 * error, estimate + Normal.upper975 * error

        {
            Node = node
            Term = parent
            Level = level
            Reference = reference
            Estimate = estimate
            StandardError = error
            Z = estimate / error
            P = Normal.twoSided (estimate / error)
            Low = low
            High = high
            OddsRatio = exp estimate
            OddsRatioLow = exp low
            OddsRatioHigh = exp high
        }

    let private summary (references: Map<string, string>) (flow: Flow) (node: Node) =
        let inference = flow.Inference[node.Name]
        let head = NodeModel.head node (flow.Scales.TryFind node.Name)
        let estimands = FreeNumbers.estimands flow.Dag node
        let numbers = FreeNumbers.ofWeights flow.Weights[node.Name]
        let estimates, _ = FreeNumbers.reported flow.Dag flow.Scales head node numbers
        let place estimand = List.findIndex ((=) estimand) estimands

        /// A contrast is a difference of two of the reported numbers; the lowest level has none.
        let difference first second =
            let at f place = Option.map f place |> Option.defaultValue 0.0

            let covariance i j =
                Option.map2 (fun i j -> inference.Covariance[i][j]) i j
                |> Option.defaultValue 0.0

            at (Array.get estimates) first - at (Array.get estimates) second,
            covariance first first + covariance second second
            - 2.0 * covariance first second

        let effects (parent: Node) =
            match parent.Kind with
            | Continuous _ ->
                difference (Some(place (Effect(parent.Name, None)))) None
                ||> wald node.Name parent.Name None None
                |> List.singleton
            | Ordinal levels ->
                let names = Levels.names levels
                let reference = references.TryFind parent.Name |> Option.defaultValue names.Head

                let placeOf level =
                    if level = names.Head then
                        None
                    else
                        Some(place (Effect(parent.Name, Some level)))

                names
                |> List.filter ((<>) reference)
                |> List.map (fun level ->
                    difference (placeOf level) (placeOf reference)
                    ||> wald node.Name parent.Name (Some level) (Some reference))

        let cutPoint i estimand =
            match estimand with
            | Cut(below, above) ->
                Some {
                    Below = below
                    Above = above
                    Estimate = estimates[i]
                    StandardError = sqrt (inference.Covariance[i][i])
                }
            | Effect _ -> None

        {
            Node = node.Name
            Effects =
                Node.parents node
                |> List.collect (fun parent -> effects (Dag.tryNode parent flow.Dag).Value)
            CutPoints = List.mapi cutPoint estimands |> List.choose id
            LogLikelihood = inference.LogLikelihood
            Parameters = inference.Parameters
            Aic = 2.0 * float inference.Parameters - 2.0 * inference.LogLikelihood
            Warnings = inference.Warnings
        }

    let private checkReference dag (parent: string, level) =
        let isParent =
            Dag.nodes dag
            |> List.exists (fun node -> List.contains parent (Node.parents node))

        match Dag.tryNode parent dag with
        | Some { Kind = Ordinal levels } when isParent ->
            if List.contains level (Levels.names levels) then
                Ok()
            else
                Error(FlowError.BadReference(parent, level, Levels.names levels))
        | _ -> Error(FlowError.BadReference(parent, level, []))

    /// Those of all nodes, in the order of the graph.
    let summaries (references: (string * string) list) (flow: Flow) : Result<NodeSummary list, FlowError> =
        if flow.Inference.IsEmpty then
            Error FlowError.NoInference
        else
            Result.traverse (checkReference flow.Dag) references
            |> Result.map (fun _ -> Dag.nodes flow.Dag |> List.map (summary (Map.ofList references) flow))
