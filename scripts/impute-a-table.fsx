// The holes of a table filled in, with intervals that say how much is known of each. The table is simulated, so that what stood in the holes is known.
// Run by `dotnet fsi build.fsx tutorials impute-a-table`, which builds the library first; from the terminal: `bgm impute --help`.
//
// BGM (Liu and Wong, arXiv:2601.05355) gives every row a latent z that explains its cells through a network. The network and the latents are learned from
// the cells that are seen, holes or not; a hole is then what the network says at the z that the row's seen cells allow.

#load "library.fsx"

open System
open Library
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels

// ---- 600 people: two things nobody sees, health and wealth, behind six columns ---------------------------------------------

let rows = 600

let draws child =
    let values = Array.zeroCreate<float> rows
    Kernels<float>.Best.Random(Draw.Normal, (Key.OfSeed 1L).Child child, 0L, Span values)
    values

let health, wealth = draws 0L, draws 1L
let make child scale f = Array.map3 (fun h w e -> f h w + scale * e) health wealth (draws child)

let whole = [
    "pressure", make 2L 4.0 (fun h w -> 130.0 - 15.0 * h - 3.0 * w)
    "walk", make 3L 40.0 (fun h _ -> 500.0 + 120.0 * h)
    "income", make 4L 0.15 (fun _ w -> exp (0.5 * w) * 30.0)
    "rent", make 5L 50.0 (fun _ w -> 800.0 + 250.0 * w)
    "visits", make 6L 0.5 (fun h w -> 4.0 + 2.0 * h * h - w)
]

let smoker = Array.map2 (fun h e -> if e > h then "yes" else "no") health (draws 7L)

// ---- one cell in five is lost ------------------------------------------------------------------------------------------------

let isHole child =
    let values = Array.zeroCreate<float> rows
    Kernels<float>.Best.Random(Draw.Uniform, (Key.OfSeed 2L).Child child, 0L, Span values)
    values |> Array.map (fun u -> u < 0.2)

let table =
    [
        for j, (name, values) in List.indexed whole do
            name, Column.Numeric(Array.map2 (fun isHole x -> if isHole then nan else x) (isHole (int64 j)) values)
        "smoker", Column.Text(Array.map2 (fun isHole text -> if isHole then "" else text) (isHole 9L) smoker)
    ]
    |> Frame.ofColumns
    |> Result.mapError BgmError.Data
    |> ofBgm

// ---- the model, and what it says of the holes --------------------------------------------------------------------------------
//
// Two latents would do; five leave room. The recommended settings begin at a factor analysis of the table, which is the best linear generator, and go on from
// there for as many epochs as help to fill cells that a first fit does without. Latents are drawn in training: with so few columns, those of the
// published updating would come to spell out cells.

let config = { Config.recommended with Latents = 5 }
let fit = Settings.recommended.Options
let model = Dataset.ofFrame [] table |> Result.bind (Fit.run config fit) |> ofBgm
let imputed = Impute.table { PredictOptions.quick with Imputations = 5 } model table |> ofBgm

for hole in imputed.Intervals |> Array.truncate 5 do
    printfn "row %d, %s: %.3g, with 95 %% from %.3g to %.3g" hole.Row hole.Column hole.Mean hole.Low hole.High

// ---- held against what stood there -------------------------------------------------------------------------------------------

printfn ""
printfn "%-10s %28s %28s" "" "error, of column means = 1" "intervals hold, of 95 %"

for name, values in whole do
    let mean = Array.average values
    let holes = imputed.Intervals |> Array.filter (fun hole -> hole.Column = name)
    let truth (hole: HoleInterval) = values[hole.Row - 1]
    let squares guess = holes |> Array.averageBy (fun hole -> (guess hole - truth hole) ** 2.0)

    let held =
        holes
        |> Array.filter (fun hole -> truth hole >= hole.Low && truth hole <= hole.High)

    printfn
        "%-10s %28.2f %26.0f %%"
        name
        (sqrt (squares _.Mean / squares (fun _ -> mean)))
        (100.0 * float held.Length / float holes.Length)

printfn "%d cells filled, R-hat %.3f, %.0f effective draws" imputed.Cells imputed.Imputation.RHat imputed.Imputation.Ess
imputed.Imputation.Warnings |> List.iter (printfn "%s")

// ---- an estimate needs several completed tables ------------------------------------------------------------------------------
//
// A table filled with means knows too much of itself. Five completed ones, with a draw in each hole, differ by what is not known; what is estimated of each is
// pooled by Rubin's rules.

let spread name frame =
    let values = numbers name frame
    let mean = Array.average values
    sqrt (values |> Array.averageBy (fun x -> (x - mean) ** 2.0))

let truth = Frame.ofColumns [ ("income", Column.Numeric(snd whole[2])) ] |> ofData

printfn
    "spread of income: %.2f; filled with means %.2f; in completed tables %s"
    (spread "income" truth)
    (spread "income" imputed.Table)
    (imputed.Completed
     |> List.map (spread "income" >> sprintf "%.2f")
     |> String.concat ", ")
