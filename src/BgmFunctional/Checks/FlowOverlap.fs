// Overlap of a flow's treatments: the probabilities of their levels, or of tenths of the rows, given the parents.
namespace BgmFunctional.Checks

open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// Overlap of treatments in flows.
[<RequireQualifiedAccess>]
module internal FlowOverlap =

    let private name (node: Node) (value: float) =
        match node.Kind with
        | Ordinal levels -> (Levels.names levels)[int value]
        | Continuous _ -> Overlap.ofNumber value

    let private levelArms team flow (node: Node) levels (values: float[][]) =
        let propensities = Density.levels team flow node (Levels.count levels) values
        Levels.names levels, propensities, values[Dag.position node.Name flow.Dag] |> Array.map int

    let private rangeArms team (flow: Flow) (node: Node) (values: float[][]) =
        let ranges = Ranges.tenths values[Dag.position node.Name flow.Dag]

        let below =
            GivenParents.atPoints team node flow (List.toArray ranges.Cuts) Conditional.logOdds values
            |> Array.transpose
            |> Array.map (Array.map Logistic.cdf)

        Overlap.labelsOf ranges, Ranges.shares ranges.OfRow.Length below, ranges.OfRow

    /// The overlap of a node, on columns in the order of the graph; the bound is the one for two arms.
    let check (team: Team) bound (flow: Flow) (node: Node) (values: float[][]) : Overlap =
        let labels, propensities, armOfRow =
            match node.Kind with
            | Ordinal levels -> levelArms team flow node levels values
            | Continuous _ -> rangeArms team flow node values

        let places =
            Node.parents node
            |> List.map (fun parent -> {
                Name = parent
                Values = values[Dag.position parent flow.Dag]
                Show = name (Dag.tryNode parent flow.Dag).Value
            })

        Overlap.ofPropensities node.Name bound places labels propensities armOfRow
