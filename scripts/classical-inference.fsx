// Classical inference: where every arrow is a linear shift, a causal flow is a set of proportional-odds models, and the exact maximum-likelihood
// estimate comes with standard errors, tests and intervals. Run by `dotnet fsi build.fsx tutorials`.
//
// 1 681 households in Copenhagen, 1971: how content are they with their housing (Madsen 1976; `housing` of R's MASS)? The same numbers come from
// R's `polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing)`.

#load "library.fsx"

open System
open System.IO
open Library
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels

let levels = [ "Low"; "Medium"; "High" ]

let data =
    Csv.read (Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "housing", "housing.csv"))
    |> ofData

let graph =
    Dag.create [
        Node.named "Type" [ "Tower"; "Apartment"; "Atrium"; "Terrace" ]
        Node.named "Infl" levels
        Node.named "Cont" [ "Low"; "High" ]
        Node.named "Sat" levels
        |> Node.withTerms [ LinearShift "Infl"; LinearShift "Type"; LinearShift "Cont" ]
    ]
    |> ofGraph

// ---- the exact estimate: Newton's method with the Hessian of the engine; no learning rate, no epochs -------------------

let fit = Classical.fit Environment.ProcessorCount graph data |> ofFlow

let satisfaction references =
    Flow.inference references fit.Flow
    |> ofFlow
    |> List.find (fun node -> node.Node = "Sat")

let print (summary: NodeSummary) =
    printfn "  %-24s %8s %8s %7s %8s   %s" "" "estimate" "s.e." "z" "p" "odds ratio, 95 % interval"

    for e in summary.Effects do
        let name = $"{e.Term} {e.Level.Value} : {e.Reference.Value}"
        let p = e.P.ToString "0.0e-0"
        printf "  %-24s %8.3f %8.3f %7.2f %8s   " name e.Estimate e.StandardError e.Z p
        printfn "%.2f  (%.2f to %.2f)" e.OddsRatio e.OddsRatioLow e.OddsRatioHigh

let summary = satisfaction []
printfn "Sat, after %d Newton steps; each level against its parent's lowest:" fit.Epochs
print summary
printfn "  log-likelihood %.3f, %d parameters, AIC %.2f" summary.LogLikelihood summary.Parameters summary.Aic

// ---- another reference level: a contrast of two estimates, with the standard error that their covariance gives -----------

printfn "\nTypes of housing against terraces:"
let contrasts = satisfaction [ ("Type", "Terrace") ]

print {
    contrasts with
        Effects = contrasts.Effects |> List.filter (fun e -> e.Term = "Type")
}

// ---- what the data cannot say is said: had we asked no tower's household that is less than content ------------------------

let texts name = Frame.column name data |> ofData |> Column.texts

let asked =
    Array.zip (texts "Type") (texts "Sat")
    |> Array.indexed
    |> Array.filter (fun (_, (housing, satisfaction)) -> housing <> "Tower" || satisfaction = "High")
    |> Array.map fst

let separated = Classical.fit 1 graph (Frame.take asked data) |> ofFlow
printfn "\nWithout the households in towers that are less than content:"

for node in Flow.inference [] separated.Flow |> ofFlow do
    for warning in node.Warnings do
        printfn "  %s" warning

// ---- the result is a flow: it answers causal questions like any other ------------------------------------------------------

let team = new Team(Environment.ProcessorCount)
printfn ""

for level in levels do
    let pmf = Flow.pmf team "Sat" [ ("Infl", ToLevel level) ] data fit.Flow |> ofFlow

    printfn "P(Sat = High | do(Infl = %s)) = %.3f" level (pmf |> Array.averageBy Array.last)
