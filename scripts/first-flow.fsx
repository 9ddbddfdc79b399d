// A first causal flow: say who acts on whom, fit, look at what was learned, keep it. Run by `dotnet fsi build.fsx tutorials`.
//
// The data come from a simulator, so that what the flow learns can be held against the truth. x1 pushes x2 and x3 along by a number a unit (linear
// shifts); how x2 acts on x3 is bent: an arctangent, which nobody tells the flow. Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 6.1.

#load "library.fsx"

open System
open System.IO
open Library
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators

// ---- 1. data: a table with a column for each variable ----------------------------------------------------------------

let simulator = Simulators.named "triangle-atan" |> ofFlow
let data = Simulator.sample (Key.OfSeed 1L) [] 4_000 simulator |> ofFlow
let training, held = Fit.split 1L 0.2 data |> ofFlow

let count = Frame.rowCount
let columns = String.concat ", " (Frame.names data)
printfn "%d rows to learn from, %d held back; columns %s" (count training) (count held) columns

// ---- 2. graph: each node with the terms through which its parents act ------------------------------------------------

let graph =
    Dag.create [
        Node.continuous "x1"
        Node.continuous "x2" |> Node.withTerms [ LinearShift "x1" ]
        Node.continuous "x3"
        |> Node.withTerms [ LinearShift "x1"; ComplexShift [ "x2" ] ]
    ]
    |> ofGraph

// ---- 3. fit: maximum likelihood; a node stops when it learns no more and keeps the weights that predict the held rows best

let options = { FitOptions.recommended with RestoreBest = true; Seed = 1L }

let fit = Fit.run graph options training (Some held) |> ofFlow
printfn "\nfitted in %d epochs; negative log-likelihood, nats:" fit.Epochs

for node, nll in Map.toSeq fit.Nll do
    printfn "  %s  %6.3f on the rows it has seen, %6.3f on those held back" node nll fit.ValidationNll.Value[node]

// ---- 4. read it: a linear shift is one number, and exp of it an odds ratio -----------------------------------------------

let truth = simulator.Truth.Value
printfn "\nlinear shifts:"

for c in Flow.coefficients fit.Flow do
    let known =
        truth.Coefficients
        |> List.find (fun t -> t.Node = c.Node && t.Parent = c.Parent)

    printfn "  %s -> %s  %6.2f, truly %5.2f" c.Parent c.Node c.Estimate known.Estimate

// ---- 5. ask it: rows like those it was fitted to -----------------------------------------------------------------------

let team = new Team(Environment.ProcessorCount)
let drawn = Flow.sample team (Key.OfSeed 2L) [] 4_000 fit.Flow |> ofFlow

let quantiles frame name =
    let sorted = numbers name frame |> Array.sort
    [ for p in [ 0.05; 0.25; 0.5; 0.75; 0.95 ] -> sorted[int (p * float sorted.Length)] ]

let show values = values |> List.map (sprintf "%6.2f") |> String.concat " "
printfn "\n5, 25, 50, 75 and 95 %% of the data lie below, and of rows that the flow draws:"

for name in Dag.names graph do
    printfn "  %s  %s   %s" name (show (quantiles data name)) (show (quantiles drawn name))

// ---- 6. keep it: a file that Python reads too, with graph, weights and history -------------------------------------------

let path = Path.Combine(Path.GetTempPath(), $"first-flow-{Environment.ProcessId}.safetensors")
ModelFile.save path fit.Flow |> ofFlow
let loaded = ModelFile.load path |> ofFlow
let same = Flow.logProb team data loaded = Flow.logProb team data fit.Flow
printfn "\nsaved, loaded, and every answer is the same bit for bit: %b" same
File.Delete path
