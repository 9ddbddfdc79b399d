// What to look at before believing a causal answer. A cohort whose truth is known is fitted three times: with a graph whose terms are too
// stiff, with the right one, and with one that lacks an arrow. The checks tell them apart.
// Run by `dotnet fsi build.fsx tutorials`, which builds the library first.

#load "library.fsx"

open System
open BgmFunctional.Charts
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Simulators.StrokeCohort

let ofFlow result = Result.defaultWith (FlowError.message >> failwith) result
let ofFlows result = Result.defaultWith (List.map FlowError.message >> String.concat "\n" >> failwith) result
let team = new Team(Environment.ProcessorCount)

// Stroke patients: age, disability before (mRS_pre), severity on arrival (NIHSSa), a treatment T, disability three months later (mRS_3m). The
// older a patient is, the less the treatment helps and the less often it is given. Half of the rows are held out: on rows that a model was
// fitted to it looks better than it is.

let cohort = simulator Nonlinear Observational
let rows = Simulator.sample (Key.OfSeed 1L) [] 4000 cohort |> ofFlow
let training, heldOut = Fit.split 1L 0.5 rows |> ofFlow

let check flow =
    ModelCheck.run team { CheckOptions.defaults with Treatments = [ "T" ] } heldOut flow
    |> ofFlow

let show title (check: ModelCheck) =
    printfn "\n%s: %d warnings" title check.Warnings.Length

    for warning in check.Warnings do
        printfn "  %s" warning

// ---- 1. terms that are too stiff ---------------------------------------------------------------------------------------

// The simulator's graph with every arrow a linear shift: fitted in milliseconds, with standard errors. Its residuals F(x | parents) should be
// uniform and independent of the parents. Where they are not, the warning names the arrow, and the term that would do.

let stiff =
    Dag.nodes cohort.Dag
    |> List.map (fun node -> Node.withTerms (Node.parents node |> List.map LinearShift) node)
    |> Dag.create
    |> ofFlows

let linear = check (Classical.fit Environment.ProcessorCount stiff training |> ofFlow).Flow
show "Linear shifts alone" linear

// ---- 2. the right graph ------------------------------------------------------------------------------------------------

// The simulator's own terms: age acts through curves, and on the outcome together with the treatment.

let options = {
    FitOptions.defaults with
        Epochs = 150
        BatchSize = 250
        Schedule = BgmFunctional.Optim.OneCycle
        MarginalInit = true
        Seed = 1L
}

let right = check (Fit.run cohort.Dag options training None |> ofFlow).Flow
show "Curves where they belong" right

// Overlap: does everybody have a chance of either arm? Rows below the bound would be extrapolated to; effective rows are what is left of an arm
// once its rows are weighted to stand for all patients.

for overlap in right.Overlaps do
    printfn "\nPropensity of %s; scarce: below %.2f" overlap.Treatment overlap.Bound

    for arm in overlap.Arms do
        let least = Arm.quantiles [ 0.0; 0.5 ] arm

        printfn
            "  arm %s: %4d rows, least %.3f, median %.3f, scarce in %d rows, effective rows %.0f"
            arm.Label
            arm.Rows
            least[0]
            least[1]
            arm.Scarce
            arm.EffectiveRows

// ---- 3. a missing arrow ------------------------------------------------------------------------------------------------

// A fit cannot tell that an arrow is missing: the model without it may fit every node well. But every arrow that is not there is a promise, an
// independence that data can break. Suppose somebody forgot that the old are treated less often.

printfn "\nWhat the right graph promises:"

for independence in right.Independences do
    let given = String.concat ", " independence.Claim.Given

    printfn
        "  %s and %s given %s: p = %.2f"
        independence.Claim.Earlier
        independence.Claim.Later
        given
        independence.Dependence.P

let ageless =
    Dag.nodes cohort.Dag
    |> List.map (fun node ->
        if node.Name = "T" then
            Node.withTerms [ ComplexShift [ "NIHSSa" ] ] node
        else
            node)
    |> Dag.create
    |> ofFlows

let missing = check (Fit.run ageless options training None |> ofFlow).Flow
show "Without the arrow from age to the treatment" missing

// Which independences hold is a question to the graph alone, before any data: d-separation.

let separated given = Separation.isSeparated "Age" "T" given ageless |> ofFlow

printfn
    "\nWithout that arrow, are age and treatment independent? %b; given severity? %b"
    (separated [])
    (separated [ "NIHSSa" ])

// Everything on one page, with figures.

let page = "check-report.html"

CheckReport.create "Stroke cohort: checks of the linear model" linear
|> Report.save page
|> Result.defaultWith (DataError.message >> failwith)

printfn "\nReport: %s" (IO.Path.GetFullPath page)
