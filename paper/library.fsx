// What the replications share: the command line, the seeds, and how what they find is judged, written down and shown.
module Paper

#load "../scripts/library.fsx"

open System
open System.Globalization
open System.IO
open System.Text.Encodings.Web
open System.Text.Json
open System.Threading.Tasks
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Optim
open BgmFunctional.Simulators
open Library

// ---- the command line ------------------------------------------------------------------------------------------------

let arguments = fsi.CommandLineArgs |> Array.tail |> List.ofArray

/// The word after an option.
let wordAfter option =
    arguments
    |> List.pairwise
    |> List.tryPick (fun (name, value) -> if name = option then Some value else None)

/// One seed and few rows, to see that everything runs: nothing is committed.
let isQuick = List.contains "--quick" arguments

/// Each seed draws the data, as `bgm data NAME --seed S` does, and starts the fit.
let seeds = if isQuick then [| 1L |] else [| 1L .. 5L |]

/// The paper's sample size, and a smaller one on which the same recipe is tried.
let paperRows, fewRows = 40_000, 5_000

let rows = if isQuick then fewRows else paperRows

// ---- numbers as texts ------------------------------------------------------------------------------------------------

/// As tables show estimates.
let show (value: float) = value.ToString("0.000", CultureInfo.InvariantCulture).Replace('-', '−')

/// As names and titles say it: −3, 0.5.
let short (value: float) = value.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '−')

// ---- what is replicated ----------------------------------------------------------------------------------------------

/// What the median over the seeds has to be.
type Demand =
    | Near of truth: float * tolerance: float
    | AtMost of bound: float
    | AtLeast of bound: float
    /// Worth knowing, without a demand.
    | Anything

/// A number to replicate.
type Quantity = {
    Name: string
    /// What the authors or their package report, as text; empty if nothing.
    Published: string
    Demand: Demand
}

/// What the seeds found.
type Finding = {
    Quantity: Quantity
    Estimates: float[]
    /// The same recipe on fewer rows; empty if it was not tried.
    OnFewRows: float[]
}

/// A replication that has run.
type Replication = {
    Name: string
    Title: string
    Rows: int
    Seeds: int64[]
    Findings: Finding list
}

/// A number whose median has to be this near to the truth, with --quick the second of the tolerances.
let near name truth published (tolerance, quickTolerance) = {
    Name = name
    Published = published
    Demand = Near(truth, (if isQuick then quickTolerance else tolerance))
}

/// A number, an error for instance, whose median has to be at most this, with --quick the second of the bounds.
let atMost name published (bound, quickBound) = {
    Name = name
    Published = published
    Demand = AtMost(if isQuick then quickBound else bound)
}

/// A number whose median has to be at least this, with --quick the second of the bounds.
let atLeast name published (bound, quickBound) = {
    Name = name
    Published = published
    Demand = AtLeast(if isQuick then quickBound else bound)
}

/// A number that is worth knowing.
let reported name published = { Name = name; Published = published; Demand = Anything }

// ---- running ---------------------------------------------------------------------------------------------------------

let table columns =
    columns
    |> Seq.map (fun (name, values) -> name, Column.Numeric values)
    |> Frame.ofColumns
    |> ofData

let draw (seed: int64) interventions rows simulator =
    Simulator.sample (Key.OfSeed seed) interventions rows simulator |> ofFlow

/// What a measurement finds for each item, in their order; items run side by side, so that each should keep to one thread.
let sideBySide (measure: 'item -> 'found) (items: 'item[]) : 'found[] =
    let found = Array.zeroCreate items.Length
    let options = ParallelOptions(MaxDegreeOfParallelism = Environment.ProcessorCount)

    Parallel.For(0, items.Length, options, fun i -> found[i] <- measure items[i])
    |> ignore

    found

/// What a measurement (rows, seed) finds for every seed: on all rows and, unless --quick, on few.
let study (measure: int -> int64 -> 'found) : 'found[] * 'found[] =
    let few = if isQuick then [||] else Array.map (fun seed -> fewRows, seed) seeds

    Array.append (Array.map (fun seed -> rows, seed) seeds) few
    |> sideBySide (fun (rows, seed) -> measure rows seed)
    |> Array.splitAt seeds.Length

/// A team of one thread for the queries of one seed.
let alone query =
    use team = new Team(1)
    query team

/// The recipe of all flexible fits here: Adam at 1e-2, falling to 0 along half a cosine, in batches of 512; free intercepts start calibrated.
let recipe seed = {
    FitOptions.defaults with
        Epochs = 60
        Schedule = Cosine
        MarginalInit = true
        Seed = seed
        Threads = 1
}

// ---- figures of distributions ------------------------------------------------------------------------------------------

/// Rows that figures show.
let shown = 10_000

/// What a simulator and a flow say about one continuous node, seen or under an intervention, as histograms.
let histograms title node interventions (simulator: Simulator) flow =
    let fromFlow =
        alone (fun team ->
            Flow.sample team (Key.OfSeed 1L) interventions shown flow
            |> ofFlow
            |> numbers node)

    let truly = draw 1_000_003L interventions shown simulator |> numbers node

    Panel.plot title node "density" [ Series.histogram "truth" truly; Series.histogram "flow" fromFlow ]

/// The same for the levels of an ordinal node, as bars.
let levelBars title node levels interventions (simulator: Simulator) flow =
    let fromFlow =
        alone (fun team ->
            Flow.sample team (Key.OfSeed 1L) interventions shown flow
            |> ofFlow
            |> numbers node)

    let truly = draw 1_000_003L interventions shown simulator |> numbers node

    let shares values = [
        for level in 0 .. levels - 1 -> values |> Array.averageBy (fun v -> if int v = level then 1.0 else 0.0)
    ]

    Panel.bars title node "probability" [ for level in 0 .. levels - 1 -> string level ] [
        "truth", shares truly
        "flow", shares fromFlow
    ]

// ---- linear shifts ---------------------------------------------------------------------------------------------------

/// The exact maximum-likelihood estimate on rows of a simulator.
let linearFit (simulator: Simulator) rows seed =
    (draw seed [] rows simulator |> Classical.fit 1 simulator.Dag |> ofFlow).Flow

/// The linear effects of a classical fit, in the order of the graph.
let linearEffects flow = Flow.inference [] flow |> ofFlow |> List.collect _.Effects

/// The estimates and 95 % intervals of one effect, a row for each seed, beside the truth.
let forest title truth (effects: LinearEffect[]) =
    let interval seed (effect: LinearEffect) = {
        Label = $"seed {seed}"
        Estimate = effect.Estimate
        Lower = effect.Low
        Upper = effect.High
    }

    let rows = Array.map2 interval seeds effects |> List.ofArray

    Panel.forest title "log-odds" [ ("", rows) ]
    |> Panel.withReferences [ Reference.Vertical(truth, "truth") ]

// ---- complex shifts --------------------------------------------------------------------------------------------------

/// A flow fitted to rows of a simulator by the recipe.
let fitTo (simulator: Simulator) (options: int64 -> FitOptions) rows seed =
    (Fit.run simulator.Dag (options seed) (draw seed [] rows simulator) None
     |> ofFlow)
        .Flow

/// Evenly spaced points.
let between low high count = [| for i in 0 .. count - 1 -> low + (high - low) * float i / float (count - 1) |]

/// A curve moved so that it meets another at the middle of the grid: a complex shift is known up to a constant, which the intercept takes.
let anchored (truth: float[]) (curve: float[]) =
    let middle = curve.Length / 2
    curve |> Array.map (fun y -> y - curve[middle] + truth[middle])

/// The largest distance between two curves.
let largestError (truth: float[]) (curve: float[]) = Array.map2 (fun a b -> abs (a - b)) truth curve |> Array.max

// ---- judging ---------------------------------------------------------------------------------------------------------

let median (values: float[]) =
    let sorted = Array.sort values
    (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0

let holds finding =
    match finding.Quantity.Demand with
    | Near(truth, tolerance) -> abs (median finding.Estimates - truth) <= tolerance
    | AtMost bound -> median finding.Estimates <= bound
    | AtLeast bound -> median finding.Estimates >= bound
    | Anything -> true

/// The findings of quantities whose values each seed returns in their order.
let findings quantities (estimates: float list[]) (onFewRows: float list[]) =
    let column i (found: float list[]) = found |> Array.map (List.item i)

    quantities
    |> List.mapi (fun i quantity -> {
        Quantity = quantity
        Estimates = column i estimates
        OnFewRows = column i onFewRows
    })

/// The findings of quantities, each with what it is of a seed's answer.
let findingsOf (quantities: (Quantity * ('answer -> float)) list) (answers: 'answer[]) =
    findings
        (List.map fst quantities)
        (answers
         |> Array.map (fun answer -> quantities |> List.map (fun (_, of') -> of' answer)))
        [||]

// ---- the triangle's complex shifts -------------------------------------------------------------------------------------

/// Replicates a complex shift x₂ → x₃ of a triangle, truly −f, by the recipe: the largest distance of the curve from −f on a range, and what an intervention
/// on x₁ does. Then concludes.
let triangleShift form (low, high) formula published bounds figures =
    let simulator = Triangle.simulator form
    let grid = between low high 101
    let truth = grid |> Array.map (fun x2 -> -(Triangle.f form x2))
    let fits, fitsOnFewRows = study (fitTo simulator recipe)
    let curve flow = Reading.curve "x3" "x2" [] grid flow |> ofFlow |> anchored truth
    let errors flows = flows |> Array.map (fun flow -> [ largestError truth (curve flow) ])

    let curves = [
        for flow in fits do
            Series.line "flows, one a seed" (Array.zip grid (curve flow))
        Series.line "truth, −f" (Array.zip grid truth)
    ]

    let figure =
        Figure.create "A complex shift of the triangle" [
            Panel.plot "What x2 adds to the latent of x3" "x2" "shift, log-odds" curves
            histograms "do(x1 = −1)" "x3" [ ("x1", To -1.0) ] simulator fits[0]
        ]
        |> Figure.withSubtitle $"f(x) = {formula}"
        |> Figure.withCaption $"{rows} rows; Sick and Dürr 2025, {figures}"

    let quantity = atMost $"largest error of the curve on [{short low}, {short high}]" published bounds
    findings [ quantity ] (errors fits) (errors fitsOnFewRows), figure

// ---- writing down ----------------------------------------------------------------------------------------------------

let private folder =
    let folder = if isQuick then "../artifacts/paper" else "results"
    (Directory.CreateDirectory(Path.Combine(__SOURCE_DIRECTORY__, folder))).FullName

let write path (text: string) = AtomicFile.writeText path text |> ofData

let describe demand =
    match demand with
    | Near(truth, tolerance) -> $"{show truth} ± {tolerance}"
    | AtMost bound -> $"at most {bound:G4}"
    | AtLeast bound -> $"at least {bound:G4}"
    | Anything -> ""

let private jsonOptions =
    JsonSerializerOptions(WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

let private toJson replication =
    let finding (finding: Finding) = {|
        quantity = finding.Quantity.Name
        published = finding.Quantity.Published
        wanted = describe finding.Quantity.Demand
        median = median finding.Estimates
        holds = holds finding
        estimates = finding.Estimates
        onFewRows = finding.OnFewRows
    |}

    let json = {|
        replication = replication.Name
        title = replication.Title
        rows = replication.Rows
        seeds = replication.Seeds
        findings = List.map finding replication.Findings
    |}

    JsonSerializer.Serialize(json, jsonOptions) + "\n"

// ---- the table in README.md ------------------------------------------------------------------------------------------

/// All replications, in the order of the table.
let names = [
    "triangle-linear"
    "triangle-atan"
    "triangle-sin"
    "mixed-linear"
    "mixed-exp"
    "vaca"
    "carefl"
    "stroke"
    "causalbgm/hirano-imbens"
    "causalbgm/sun"
    "causalbgm/colangelo-lee"
    "causalbgm/sampling"
    "causalbgm/binary"
    "causalbgm/lalonde"
    "causalbgm/twins"
    "causalbgm/acic"
    "bgm/imputation"
    "bgm/heteroskedastic"
    "bgm/low-rank"
    "bgm/digits"
]

let private readme = Path.Combine(__SOURCE_DIRECTORY__, "README.md")
let private first, last = "<!-- table -->", "<!-- end of table -->"

let private rowsOf name (result: JsonElement) = [
    for finding in result.GetProperty("findings").EnumerateArray() do
        let text (property: string) = finding.GetProperty(property).GetString()

        let estimates (property: string) = [|
            for value in finding.GetProperty(property).EnumerateArray() -> value.GetDouble()
        |]

        let ours, few = estimates "estimates", estimates "onFewRows"

        let range =
            if ours.Length > 1 then
                $" ({show (Array.min ours)} … {show (Array.max ours)})"
            else
                ""

        let onFew = if few.Length > 0 then show (median few) else ""

        let verdict =
            match finding.GetProperty("holds").GetBoolean(), text "wanted" with
            | _, "" -> ""
            | true, _ -> "holds"
            | false, _ -> "**missed**"

        let title = result.GetProperty("title").GetString()

        let quantity, published, wanted = text "quantity", text "published", text "wanted"

        $"| [{title}]({name}.fsx) | {quantity} | {published} | {show (median ours)}{range} | {wanted} | {verdict} | {onFew} | [figure](results/{name}.svg), [numbers](results/{name}.json) |"
]

/// Writes what results/ says into README.md.
let private writeTable () =
    let results = [
        for name in names do
            let path = Path.Combine(folder, $"{name}.json")

            if File.Exists path then
                use json = JsonDocument.Parse(File.ReadAllText path)
                yield! rowsOf name json.RootElement
    ]

    let header = [
        first
        $"| experiment | quantity | published | ours: median (range) of the seeds | wanted | | on {fewRows} rows | |"
        "|---|---|---|---|---|---|---|---|"
    ]

    let text = File.ReadAllText readme
    let before, after = text.IndexOf first, text.IndexOf last

    write
        readme
        (text[.. before - 1]
         + String.concat "\n" (header @ results)
         + "\n"
         + text[after..])

// ---- the end of a script ---------------------------------------------------------------------------------------------

/// Whether each replication that this process has run holds.
let verdicts = ResizeArray<bool>()

/// Writes a replication's result and figure and says how ours compares; a script that runs alone ends here, with exit code 1 if a demand is missed.
let concludeOf seeds name title rows findings figure =
    let replication = { Name = name; Title = title; Rows = rows; Seeds = seeds; Findings = findings }
    let path extension = Path.Combine(folder, $"{name}.{extension}")
    Directory.CreateDirectory(string (Path.GetDirectoryName(path "json"))) |> ignore
    write (path "json") (toJson replication)
    write (path "svg") (Svg.render figure)
    verdicts.Add(List.forall holds findings)

    if not isQuick then
        writeTable ()

    printfn "%s" title

    for finding in findings do
        let { Name = quantity; Published = published; Demand = demand } = finding.Quantity
        let published = if published = "" then "" else $" (published {published})"

        let verdict =
            match demand with
            | Anything -> ""
            | _ when holds finding -> $", wanted {describe demand}: holds"
            | _ -> $", wanted {describe demand}: MISSED"

        printfn $"  {quantity}: ours {show (median finding.Estimates)}{published}{verdict}"

    if Path.GetFileName fsi.CommandLineArgs[0] <> "all.fsx" then
        exit (if verdicts.Contains false then 1 else 0)

/// The same of a replication of all seeds.
let conclude name = concludeOf seeds name
