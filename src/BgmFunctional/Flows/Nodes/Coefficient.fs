namespace BgmFunctional.Flows

open BgmFunctional.Autodiff

/// An interpretable number of a fitted flow: the effect of a parent on the log-odds scale of a node.
type Coefficient = {
    /// The node whose latent moves.
    Node: string
    /// The parent that moves it.
    Parent: string
    /// The parent's level, or none for a continuous parent.
    Level: string option
    /// β: a unit of the parent, or this level against the parent's lowest one. Added to u of a continuous node, subtracted from the cut points of an
    /// ordinal one.
    Estimate: float
    /// exp(β): an odds ratio.
    OddsRatio: float
}

/// Reading coefficients off a flow.
[<RequireQualifiedAccess>]
module internal Coefficient =

    /// Those of all linear shifts, nodes in the order of the graph.
    let all (flow: Flow) : Coefficient list =
        let coefficient (node: Node) parent level estimate = {
            Node = node.Name
            Parent = parent
            Level = level
            Estimate = estimate
            OddsRatio = exp estimate
        }

        let ofTerm (node: Node) (term, weights) =
            match term, weights with
            | LinearShift parent, Coefficients beta ->
                let beta = Tensor.toArray beta

                match (Dag.tryNode parent flow.Dag).Value.Kind with
                | Continuous _ -> [ coefficient node parent None (beta[0] / flow.Scales[parent].StandardDeviation) ]
                | Ordinal levels ->
                    Levels.names levels
                    |> List.mapi (fun k level -> coefficient node parent (Some level) (beta[k] - beta[0]))
                    |> List.tail
            | _ -> []

        [
            for node in Dag.nodes flow.Dag do
                yield! List.zip node.Terms flow.Weights[node.Name].Terms |> List.collect (ofTerm node)
        ]
