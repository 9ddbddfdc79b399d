// Overlap (positivity): could every row have had every treatment? Where the model says hardly, an effect is extrapolated.
namespace BgmFunctional.Checks

open System.Globalization
open BgmFunctional.Data
open BgmFunctional.Numerics

/// Where most rows lie in which an arm is scarce: the parent, or covariate, that tells them best from the others.
type ScarceRegion = {
    /// The parent or covariate.
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
    /// P(arm | parents), or given confounders, of every row, whatever it had: the propensity, (n).
    Propensities: float[]
    /// Rows, of whatever arm, whose propensity lies below the bound.
    Scarce: int
    /// Where these rows lie, if there are such and others.
    Region: ScarceRegion option
    /// How many rows of equal weight are worth the arm's rows once each is weighted by 1/propensity: (Σw)²/Σw².
    EffectiveRows: float
}

/// The arms of a treatment: its levels, or tenths of the rows for a continuous one.
type Overlap = {
    /// The name of the treatment.
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
        shares |> List.map (Sorted.quantile sorted)

/// The arms of a continuous treatment.
type internal Ranges = {
    /// Where one range ends, itself in it, and the next begins; increasing.
    Cuts: float list
    /// The range of each row, (n).
    OfRow: int[]
}

/// Ranges of values.
[<RequireQualifiedAccess>]
module internal Ranges =

    /// Ranges that end at deciles, as far as these differ.
    let tenths (values: float[]) : Ranges =
        let sorted = Array.sort values

        let cuts =
            [ 1..9 ]
            |> List.map (fun tenth -> sorted[tenth * (sorted.Length - 1) / 10])
            |> List.distinct
            |> List.filter (fun cut -> cut < Array.last sorted)

        {
            Cuts = cuts
            OfRow =
                values
                |> Array.map (fun value -> cuts |> List.filter (fun cut -> cut < value) |> List.length)
        }

    /// The probability of each range, (ranges)(n), from the distribution function at each cut, (cuts)(n).
    let shares n (below: float[][]) : float[][] =
        List.pairwise (Array.zeroCreate n :: List.ofArray below @ [ Array.create n 1.0 ])
        |> List.map (fun (low, high) -> Array.map2 (-) high low)
        |> List.toArray

/// A variable in whose terms it is said where rows lie.
[<NoComparison; NoEquality>]
type internal PlaceVariable = {
    /// Its name.
    Name: string
    /// (n).
    Values: float[]
    /// A value in words.
    Show: float -> string
}

/// Overlap of treatments.
[<RequireQualifiedAccess>]
module internal Overlap =

    /// A number in words.
    let ofNumber (value: float) = value.ToString("G4", CultureInfo.InvariantCulture)

    /// Ranges in words.
    let labelsOf (ranges: Ranges) = [
        for low, high in List.pairwise (None :: List.map Some ranges.Cuts @ [ None ]) do
            match low, high with
            | None, Some high -> $"to {ofNumber high}"
            | Some low, None -> $"above {ofNumber low}"
            | Some low, Some high -> $"{ofNumber low} to {ofNumber high}"
            | None, None -> "all"
    ]

    /// The bound for arms that many: the one for two arms, whose even share is a half, in proportion to their even share.
    let private boundOf bound arms = 2.0 * bound / float arms

    /// The variable in whose ranks the scarce rows stand furthest from the others on average.
    let private region (variables: PlaceVariable list) (isScarce: bool[]) =
        let rows wanted column = Array.zip isScarce column |> Array.filter (fst >> (=) wanted) |> Array.map snd

        let distance variable =
            let places = RankScores.places variable.Values
            Array.average (rows true places) - Array.average (rows false places)

        if Array.contains true isScarce && Array.contains false isScarce then
            match variables |> List.map (fun variable -> variable, distance variable) with
            | [] -> None
            | distances ->
                let variable, distance = distances |> List.maxBy (snd >> abs)
                let there = rows true variable.Values |> Array.sort
                let tenth = (there.Length - 1) / 10

                Some {
                    Parent = variable.Name
                    IsHigh = distance > 0.0
                    Edge = variable.Show(if distance > 0.0 then there[tenth] else there[there.Length - 1 - tenth])
                }
        else
            None

    /// (Σw)²/Σw².
    let effectiveRows (weights: float[]) =
        let sum, squares = Array.sum weights, weights |> Array.sumBy (fun w -> w * w)
        if squares > 0.0 then sum * sum / squares else 0.0

    /// What a row of this propensity is weighted by.
    let weight (propensity: float) = 1.0 / max propensity 1e-12

    /// The overlap of a treatment from the propensities of its arms, (arms)(n); the bound is the one for two arms.
    let ofPropensities
        (treatment: string)
        bound
        (variables: PlaceVariable list)
        (labels: string list)
        (propensities: float[][])
        (armOfRow: int[])
        : Overlap =
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
                Region = region variables isScarce
                EffectiveRows = own |> Array.map weight |> effectiveRows
            }

        {
            Treatment = treatment
            Bound = bound
            ArmOfRow = armOfRow
            Arms = List.mapi arm labels
        }

    let private ofRegion region =
        match region with
        | None -> ""
        | Some region ->
            let side = if region.IsHigh then "at least" else "at most"
            $", nine in ten of them with '{region.Parent}' {side} {region.Edge}"

    let private armWarnings (overlap: Overlap) (arm: Arm) = [
        let place = $"overlap of '{overlap.Treatment}', arm {arm.Label}"

        if arm.Rows = 0 then
            $"{place}: no row has it; its effect is the model's guess"
        else
            if 100 * arm.Scarce > arm.Propensities.Length then
                $"{place}: its probability is below {overlap.Bound:G3} in {arm.Scarce} of {arm.Propensities.Length} rows{ofRegion arm.Region}; there its effect is extrapolated"

            if 2.0 * arm.EffectiveRows < float arm.Rows then
                $"{place}: weighted by 1/propensity its {arm.Rows} rows are worth {arm.EffectiveRows:F0}; few of them decide"
    ]

    /// Of each arm: more than one row in a hundred is scarce, or weighting would cost more than half of the arm's rows.
    let warnings (overlap: Overlap) : string list = overlap.Arms |> List.collect (armWarnings overlap)
