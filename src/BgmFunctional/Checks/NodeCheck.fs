namespace BgmFunctional.Checks

open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// Whether the residual of a node still depends on one of its parents.
type ResidualCheck = {
    /// The parent.
    Parent: string
    /// Of the residual on the parent.
    Dependence: Dependence
    /// p for comparison with the level, all tests of fit taken together (Holm).
    AdjustedP: float
}

/// How well a node's model fits rows. Its residuals are probability-integral transforms F(x | parents); those of an ordinal node lie at random
/// within its level's interval. They are uniform, and independent of the parents, if the node's model is right.
type NodeCheck = {
    /// The name of the node.
    Node: string
    /// F(x | parents) of each row, (n).
    Residuals: float[]
    /// Largest distance of their distribution from the uniform one (Kolmogorov and Smirnov).
    Distance: float
    /// The probability of such a distance or a larger one if the model is right; larger than that, and so cautious, on rows that the model
    /// was fitted to.
    P: float
    /// p for comparison with the level, all tests of fit taken together (Holm).
    AdjustedP: float
    /// In the order of the node's terms.
    Parents: ResidualCheck list
}

/// The fit of nodes.
[<RequireQualifiedAccess>]
module internal NodeCheck =

    /// A node by its residuals, and what they should not depend on, (n) each; p-values are not adjusted yet.
    let ofResiduals (node: string) (residuals: float[]) (parents: (string * float[]) list) : NodeCheck =
        let distance = Kolmogorov.distance residuals
        let nothing = Dependence.given residuals.Length [||]

        {
            Node = node
            Residuals = residuals
            Distance = distance
            P = Kolmogorov.pValue residuals.Length distance
            AdjustedP = nan
            Parents = [
                for parent, values in parents do
                    {
                        Parent = parent
                        Dependence = Dependence.test nothing residuals values
                        AdjustedP = nan
                    }
            ]
        }

    /// All tests are counted together.
    let adjust (checks: NodeCheck list) =
        let ps = [
            for check in checks do
                check.P
                yield! check.Parents |> List.map _.Dependence.P
        ]

        (Holm.adjust ps, checks)
        ||> List.mapFold (fun ps check ->
            let own, rest = List.splitAt check.Parents.Length (List.tail ps)

            let parents =
                List.map2 (fun (parent: ResidualCheck) p -> { parent with AdjustedP = p }) check.Parents own

            { check with AdjustedP = List.head ps; Parents = parents }, rest)
        |> fst

    /// Every node, on columns in the order of the graph.
    let all (team: Team) (key: Key) (flow: Flow) (values: float[][]) : NodeCheck list =
        let residuals = Latents.ofRows team key flow values |> Array.map (Array.map Logistic.cdf)
        let checks = Array.zeroCreate residuals.Length
        let nodes = List.toArray (Dag.nodes flow.Dag)

        let check i =
            Node.parents nodes[i]
            |> List.map (fun parent -> parent, values[Dag.position parent flow.Dag])
            |> ofResiduals nodes[i].Name residuals[i]

        team.Run(nodes.Length, (fun i -> checks[i] <- check i))
        adjust (List.ofArray checks)
