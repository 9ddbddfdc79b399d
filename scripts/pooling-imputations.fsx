// Missing values, and an answer that says what they cost. A fifth of the cells of a table is knocked out. Leaving out the rows with holes throws most of
// the table away; filling each hole once pretends to know it. Filling each hole many times, with what it may have been, and pooling what the completed
// tables say, does neither.
// Run by `dotnet fsi build.fsx tutorials pooling-imputations`, which builds the library first; from the terminal: `bgm impute --imputations 20`, `bgm pool`.

#load "library.fsx"

open System
open System.IO
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Simulators
open Library

// 532 women of Pima heritage, all of whose measures are known. The question: how does the thickness of the skin fold go with the body mass index and with
// age? A linear regression on the whole table is what we would like to know.

let full = Csv.read (Path.Combine(__SOURCE_DIRECTORY__, "../data/pima/pima.csv")) |> ofData
let formula = "skin ~ bmi + age"

let show title (terms: PooledEstimate list) =
    printfn $"\n{title}"

    for term in terms do
        printfn
            $"  %-12s{term.Term} %7.3f{term.Estimate}   %6.3f{term.Low} to %6.3f{term.High}   missing information %.2f{term.MissingInformation}"

// Two equal tables are a multiple imputation without holes: within-table variance alone.

let truth = Pooling.regression 0.05 formula [ full; full ] |> ofBgm
show "The whole table" truth

// ---- 1. holes ---------------------------------------------------------------------------------------------------------------

let holed = Holes.completelyAtRandom (Key.OfSeed 1L) 0.2 [] full |> ofBgm

let complete =
    let holes = Frame.columns holed |> List.map (snd >> Column.missing)

    let rows =
        [| 0 .. Frame.rowCount holed - 1 |]
        |> Array.filter (fun i -> holes |> List.forall (fun hole -> not hole[i]))

    Frame.take rows holed

show
    $"The {Frame.rowCount complete} rows without a hole"
    (Pooling.regression 0.05 formula [ complete; complete ] |> ofBgm)

// ---- 2. many ways to fill them -----------------------------------------------------------------------------------------

// A generative model is fitted to all rows, holes and all; each hole then gets draws of what it may have been, given the rest of its row.

let dataset = Dataset.ofFrame [] holed |> ofBgm

let recipe = Settings.recommended
let model = Fit.run recipe.Config recipe.Options dataset |> ofBgm

// Draws stand far apart along a row's chain, so that the tables differ by all that is not known of the holes.

let imputed = Impute.table { PredictOptions.quick with Imputations = 20 } model holed |> ofBgm

for table in List.take 3 imputed.Completed do
    let first =
        (Frame.take [| 0 |] table)
        |> Frame.columns
        |> List.map (fun (name, column) -> $"{name} {(Column.texts column)[0]}")

    printfn "%s" (String.Join(", ", first))

// ---- 3. what they say together ----------------------------------------------------------------------------------------

// Each completed table gives an estimate with a variance. Rubin's rules add to the mean variance how much the estimates differ: what is not known about
// the holes. The share of missing information says how much of the answer they took.

show
    "One filled table, as if it were the truth"
    (Pooling.regression 0.05 formula [ imputed.Table; imputed.Table ] |> ofBgm)

show "Twenty completed tables, pooled" (Pooling.regression 0.05 formula imputed.Completed |> ofBgm)
