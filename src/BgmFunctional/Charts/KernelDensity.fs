namespace BgmFunctional.Charts

open System
open BgmFunctional.Data
open BgmFunctional.Numerics

/// Densities of samples as smooth curves: Gaussian kernels, Silverman's rule of thumb (1986, eq. 3.31).
module internal KernelDensity =
    /// Points of a curve.
    let private points = 160

    /// Cells in which values are counted first: a curve costs the same, however many values there are.
    let private cells = 1024

    /// 0.9 · min(s, IQR / 1.34) · n^(−1/5); where most values are one, that of the others; where all are, a sixtieth of the range.
    let private bandwidth (low, high) (values: float[]) =
        let sorted = Array.sort values
        let mean = Array.average values
        let deviation = values |> Array.averageBy (fun x -> (x - mean) * (x - mean)) |> sqrt
        let spread = Sorted.interquartileRange sorted / 1.34

        match List.filter (fun width -> width > 0.0) [ deviation; spread ] with
        | [] -> (high - low) / 60.0
        | widths -> 0.9 * List.min widths * Math.Pow(float values.Length, -0.2)

    /// The density from `low` to `high` as points (x, y); values beyond them count, but are not shown.
    let curve (low, high) (values: float[]) =
        let values = values |> Array.filter Scale.isDrawable

        if values.Length = 0 then
            []
        else
            let width = bandwidth (low, high) values
            let from, upTo = low - 4.0 * width, high + 4.0 * width
            let cell = (upTo - from) / float cells
            let counts = Array.zeroCreate<float>(cells + 1)

            for value in values do
                let place = floor ((value - from) / cell)

                if place >= 0.0 && place < float cells then
                    counts[int place] <- counts[int place] + 1.0

            // Cells that are farther away than six widths add nothing.
            let density x =
                let nearest, reach = int ((x - from) / cell), int (6.0 * width / cell) + 1

                let kernel i =
                    let z = (from + (float i + 0.5) * cell - x) / width
                    counts[i] * exp (-0.5 * z * z)

                let sum = Seq.sumBy kernel (seq { max 0 (nearest - reach) .. min cells (nearest + reach) })
                sum / (float values.Length * width * sqrt (2.0 * Math.PI))

            Grid.evenly points low high |> Array.map (fun x -> x, density x) |> List.ofArray
