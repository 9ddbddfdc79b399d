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
open BgmFunctional.Kernels
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

/// The first seeds; one with --quick.
let firstSeeds count = if isQuick then [| 1L |] else [| 1L .. count |]

/// Each seed draws the data, as `bgm data NAME --seed S` does, and starts the fit.
let seeds = firstSeeds 5L

/// Where a recipe is tried on fewer rows than the paper's, so many.
let fewRows = 5_000

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

/// What a measurement finds for each item, in their order; items run side by side, so that each should keep to one thread.
let sideBySide (measure: 'item -> 'found) (items: 'item[]) : 'found[] =
    let found = Array.zeroCreate items.Length
    let options = ParallelOptions(MaxDegreeOfParallelism = Environment.ProcessorCount)

    Parallel.For(0, items.Length, options, fun i -> found[i] <- measure items[i])
    |> ignore

    found

// ---- judging ---------------------------------------------------------------------------------------------------------

/// Evenly spaced points.
let between low high count = [| for i in 0 .. count - 1 -> low + (high - low) * float i / float (count - 1) |]

/// The share of items of which something is true.
let share isTrue items = items |> Array.averageBy (fun item -> if isTrue item then 1.0 else 0.0)

/// The root of the mean square.
let rootMeanSquare (errors: float[]) = sqrt (errors |> Array.averageBy (fun e -> e * e))

/// The root of the mean square of distances from the mean.
let deviation (values: float[]) =
    let mean = Array.average values
    values |> Array.map (fun value -> value - mean) |> rootMeanSquare

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

/// The findings of quantities, each with the estimates of the seeds.
let findingsWith (quantities: (Quantity * float[]) list) =
    quantities
    |> List.map (fun (quantity, estimates) -> { Quantity = quantity; Estimates = estimates; OnFewRows = [||] })

/// The findings of quantities, each with what it is of a seed's answer.
let findingsOf (quantities: (Quantity * ('answer -> float)) list) (answers: 'answer[]) =
    quantities
    |> List.map (fun (quantity, of') -> quantity, Array.map of' answers)
    |> findingsWith

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
