// Overlap (positivity): could every row have had every treatment? Where the model says hardly, an effect is extrapolated.
namespace BgmFunctional.Checks

open System
open BgmFunctional.Flows
open BgmFunctional.Kernels

/// Where most rows lie in which an arm is scarce: the parent that tells them best from the others.
type ScarceRegion = {
    /// The parent.
    Parent: string
    /// Whether they lie high or low in it.
    IsHigh: bool
    /// Nine in ten of them lie beyond this value of the parent, or at it.
    Edge: string
}

/// A treatment, or a range of a continuous one, and the model's probabilities of it.
type Arm = {
    /// The level, or the range.
    Label: string
    /// Rows that had it.
    Rows: int
    /// P(arm | parents) of every row, whatever it had: the propensity, (n).
    Propensities: float[]
    /// Rows, of whatever arm, whose propensity lies below the bound.
    Scarce: int
    /// Where these rows lie, if there are such and others.
    Region: ScarceRegion option
    /// How many rows of equal weight are worth the arm's rows once each is weighted by 1/propensity: (Σw)²/Σw².
    EffectiveRows: float
}

/// The arms of a treatment: the levels of an ordinal node, tenths of the rows for a continuous one.
type Overlap = {
    /// The name of the node.
    Treatment: string
    /// A propensity below it is scarce.
    Bound: float
    /// The arm of each row, (n).
    ArmOfRow: int[]
    /// Lowest treatment first.
    Arms: Arm list
}

/// Arms.
[<RequireQualifiedAccess>]
module Arm =

    /// The propensities below which shares p of the rows lie.
    let quantiles (shares: float list) (arm: Arm) =
        let sorted = Array.sort arm.Propensities
        shares |> List.map (Scale.quantile sorted)

/// Overlap of treatments.
[<RequireQualifiedAccess>]
module Overlap =

    /// The bound for arms that many: the one for two arms, whose even share is a half, in proportion to their even share.
    let private boundOf bound arms = 2.0 * bound / float arms

    let private name (parent: Node) (value: float) =
        match parent.Kind with
        | Ordinal levels -> (Levels.names levels)[int value]
        | Continuous _ -> value.ToString("G4", Globalization.CultureInfo.InvariantCulture)

    /// The parent in whose ranks the scarce rows stand furthest from the others on average.
    let private region (dag: Dag) (values: float[][]) (treatment: Node) (isScarce: bool[]) =
        let rows wanted column = Array.zip isScarce column |> Array.filter (fst >> (=) wanted) |> Array.map snd

        let distance parent =
            let places = RankScores.places values[Dag.position parent dag]
            Array.average (rows true places) - Array.average (rows false places)

        if Array.contains true isScarce && Array.contains false isScarce then
            match Node.parents treatment |> List.map (fun parent -> parent, distance parent) with
            | [] -> None
            | distances ->
                let parent, distance = distances |> List.maxBy (snd >> abs)
                let there = values[Dag.position parent dag] |> rows true |> Array.sort
                let tenth = (there.Length - 1) / 10

                Some {
                    Parent = parent
                    IsHigh = distance > 0.0
                    Edge =
                        (if distance > 0.0 then there[tenth] else there[there.Length - 1 - tenth])
                        |> name (Dag.tryNode parent dag).Value
                }
        else
            None

    let private effective (weights: float[]) =
        let sum, squares = Array.sum weights, weights |> Array.sumBy (fun w -> w * w)
        if squares > 0.0 then sum * sum / squares else 0.0

    let private levelArms team flow (node: Node) levels (values: float[][]) =
        let propensities = Density.levels team flow node (Levels.count levels) values
        Levels.names levels, propensities, values[Dag.position node.Name flow.Dag] |> Array.map int

    /// Ranges that end at deciles, as far as these differ.
    let private rangeArms team (flow: Flow) (node: Node) (values: float[][]) =
        let position = Dag.position node.Name flow.Dag
        let sorted = Array.sort values[position]

        let cuts =
            [ 1..9 ]
            |> List.map (fun tenth -> sorted[tenth * (sorted.Length - 1) / 10])
            |> List.distinct
            |> List.filter (fun cut -> cut < Array.last sorted)

        let cdf cut = Latents.atValue team flow position cut values |> Array.map Logistic.cdf
        let zeros, ones = Array.zeroCreate sorted.Length, Array.create sorted.Length 1.0
        let below = zeros :: List.map cdf cuts @ [ ones ]

        let labels = [
            for low, high in List.pairwise (None :: List.map Some cuts @ [ None ]) do
                match low, high with
                | None, Some high -> $"to {name node high}"
                | Some low, None -> $"above {name node low}"
                | Some low, Some high -> $"{name node low} to {name node high}"
                | None, None -> "all"
        ]

        labels,
        List.pairwise below
        |> List.map (fun (low, high) -> Array.map2 (-) high low)
        |> List.toArray,
        values[position]
        |> Array.map (fun value -> cuts |> List.filter (fun cut -> cut < value) |> List.length)

    /// The overlap of a node, on columns in the order of the graph; the bound is the one for two arms.
    let internal check (team: Team) bound (flow: Flow) (node: Node) (values: float[][]) : Overlap =
        let labels, propensities, armOfRow =
            match node.Kind with
            | Ordinal levels -> levelArms team flow node levels values
            | Continuous _ -> rangeArms team flow node values

        let bound = boundOf bound propensities.Length

        let arm i label =
            let own =
                Array.zip armOfRow propensities[i]
                |> Array.filter (fst >> (=) i)
                |> Array.map snd

            let isScarce = propensities[i] |> Array.map (fun p -> p < bound)

            {
                Label = label
                Rows = own.Length
                Propensities = propensities[i]
                Scarce = isScarce |> Seq.filter id |> Seq.length
                Region = region flow.Dag values node isScarce
                EffectiveRows = own |> Array.map (fun p -> 1.0 / max p 1e-12) |> effective
            }

        {
            Treatment = node.Name
            Bound = bound
            ArmOfRow = armOfRow
            Arms = List.mapi arm labels
        }
