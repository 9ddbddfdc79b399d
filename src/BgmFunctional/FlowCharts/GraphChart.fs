namespace BgmFunctional.Flows

open BgmFunctional.Charts

/// The causal graph with its terms.
[<RequireQualifiedAccess>]
module GraphChart =
    let private detail (node: Node) =
        match node.Kind with
        | Continuous _ -> "continuous"
        | Ordinal levels -> $"{Levels.count levels} levels"

    /// The graph as a picture: an arrow for each parent, labelled ls, cs or ci.
    let figure (dag: Dag) : Figure =
        let nodes =
            Dag.nodes dag
            |> List.map (fun node -> { Name = node.Name; Detail = detail node })

        let edges = [
            for node in Dag.nodes dag do
                for term in node.Terms do
                    for parent in Term.parents term -> { From = parent; To = node.Name; Label = Term.label term }
        ]

        Figure.create "The causal graph" [ Panel.graph "" (Graph.create nodes edges) ]
        |> Figure.withSubtitle "ls: linear shift, cs: complex shift, ci: complex intercept"
