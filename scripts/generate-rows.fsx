// New rows like those of a table: BGM learns where rows lie, and makes others. Run by `dotnet fsi build.fsx tutorials generate-rows`, which builds the
// library first; from the terminal: `bgm impute --save`, then `bgm generate`.
//
// The rows lie on a spiral with noise, which no covariance describes, and every fourth one lacks a cell.

#load "library.fsx"

open System
open Library
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels

let rows = 1000

let draws draw child =
    let values = Array.zeroCreate<float> rows
    Kernels<float>.Best.Random(draw, (Key.OfSeed 1L).Child child, 0L, Span values)
    values

let turn = draws Draw.Uniform 0L |> Array.map (fun u -> 2.0 + 5.0 * u)
let spiral f child = Array.map2 (fun t e -> t * f t + 0.15 * e) turn (draws Draw.Normal child)
let x, y = spiral cos 1L, spiral sin 2L

let table =
    Frame.ofColumns [
        "x", Column.Numeric(x |> Array.mapi (fun i x -> if i % 4 = 0 then nan else x))
        "y", Column.Numeric y
        "turn", Column.Numeric turn
    ]
    |> ofData

// Rows may lie far from any plane, so the fit is long, and latents, which Langevin dynamics moves, take long steps: within the fit they go round
// the whole spiral many times, and in the end lie as the prior says, from which new rows are made.

let config = { Config.recommended with Latents = 2; GUnits = [ 64; 64 ]; Rates.Z = 0.02 }
let fit = { FitOptions.defaults with Training.EgmIterations = 0; Training.Epochs = 2000 }
let model = Dataset.ofFrame [] table |> Result.bind (Fit.run config fit) |> ofBgm

// How far rows are from the spiral, in units of its noise: about 1 for the rows themselves, as noise along the spiral leaves them on it.

let distance (x: float[]) (y: float[]) =
    let nearest x y =
        Seq.init 500 (fun i ->
            let t = 2.0 + 5.0 * float i / 499.0
            (x - t * cos t) ** 2.0 + (y - t * sin t) ** 2.0)
        |> Seq.min

    sqrt (Array.map2 nearest x y |> Array.average) / 0.15

let made cells =
    let table = Generate.table (Key.OfSeed 2L) rows cells model |> ofBgm
    distance (numbers "x" table) (numbers "y" table)

let shuffled = Array.append y[500..] y[..499]

printfn "distance from the spiral, in units of its noise:"
printfn "  the rows               %5.2f" (distance x y)
printfn "  made by the model      %5.2f" (made NewCells.Drawn)
printfn "  means, without noise   %5.2f" (made NewCells.Means)
printfn "  like the table         %5.2f" (made NewCells.LikeTable)
printfn "  cells shuffled         %5.2f" (distance x shuffled)

// `bgm generate` makes rows like the table unless told `--normal` or `--mean`: each number is exchanged for the table's at the same level. That gives real
// tables what normal noise cannot, whole numbers, skewed ones and bounds; but levels are known to a hundredth, which on so thin a spiral is more than its noise.

// What the model thinks of its own noise, in the units of the table.

let generated = Generate.run (Key.OfSeed 2L) rows true model |> ofBgm

let deviations =
    Tensor.toArray generated.Variances
    |> Array.chunkBySize 3
    |> Array.map (fun row -> sqrt row[0] * model.Encoding.Columns.Head.Deviations.Head)

printfn "noise of x: 0.15; the model's, on average %.2f" (Array.average deviations)
