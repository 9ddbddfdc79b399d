namespace BgmFunctional.Charts

open BgmFunctional.Data
open BgmFunctional.Numerics

/// Panels that set samples side by side, labels with values each.
[<RequireQualifiedAccess>]
module Samples =
    /// The share of values at each end that is left out of sight, so that a few far ones do not squeeze the rest.
    let private tail = 0.005

    /// Where all but the outermost values of the samples lie.
    let private central (samples: (string * float[]) list) =
        let ends =
            samples
            |> List.map (snd >> Array.filter Scale.isDrawable >> Array.sort)
            |> List.filter (Array.isEmpty >> not)
            |> List.map (fun sorted -> Sorted.quantile sorted tail, Sorted.quantile sorted (1.0 - tail))

        if ends.IsEmpty then
            0.0, 1.0
        else
            Scale.widen (ends |> List.map fst |> List.min, ends |> List.map snd |> List.max)

    let private toArrays (samples: (string * #seq<float>) list) =
        samples |> List.map (fun (label, values) -> label, Array.ofSeq values)

    /// The first sample as bars, the others as the outlines of theirs on the bins of the first, all of area 1. The outermost half percent at
    /// each end counts, but is not shown.
    let histograms title xTitle (samples: (string * #seq<float>) list) =
        let samples = toArrays samples
        let low, high = central samples

        let grid =
            samples
            |> List.tryHead
            |> Option.map snd
            |> Option.defaultValue [||]
            |> Bins.grid (low, high)

        let draw i (label, values) =
            let bins = Bins.fill grid values

            if i = 0 then
                { Label = label; Mark = Mark.Histogram bins }
            else
                Series.outline label bins

        Panel.plot title xTitle "density" (List.mapi draw samples)

    /// The samples as smooth densities. The outermost half percent at each end counts, but is not shown.
    let densities title xTitle (samples: (string * #seq<float>) list) =
        let samples = toArrays samples
        let low, high = central samples
        let margin = 0.05 * (high - low)

        let draw (label, values) =
            let curve = KernelDensity.curve (low - margin, high + margin) values
            [ Series.band label (curve |> List.map (fun (x, y) -> x, 0.0, y)); Series.line label curve ]

        Panel.plot title xTitle "density" (List.collect draw samples)

    /// The share of each category in each sample, given as codes 0, 1, … of the names.
    let shares title xTitle (names: string list) (samples: (string * #seq<float>) list) =
        let share (codes: float[]) code =
            let count = codes |> Array.sumBy (fun value -> if value = code then 1 else 0)
            float count / float (max 1 codes.Length)

        toArrays samples
        |> List.map (fun (label, codes) -> label, names |> List.mapi (fun code _ -> share codes (float code)))
        |> Panel.bars title xTitle "share" names
