namespace BgmFunctional.Tests

open System
open System.IO
open System.Text.RegularExpressions
open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels

/// Tests that change the process's folder or its console run alone.
[<CollectionDefinition("Alone", DisableParallelization = true)>]
type Alone() = class end

/// The README's F# is this file's, and prints what the README says.
[<Collection("Alone")>]
type ReadmeTests() =

    let readme = File.ReadAllText(Repository.path "README.md")

    let snippet () =
        // <readme>
        let value result = Result.defaultWith (fun error -> failwith $"{error}") result
        let levels = [ "Low"; "Medium"; "High" ]

        let graph =
            Dag.create [
                Node.named "Type" [ "Tower"; "Apartment"; "Atrium"; "Terrace" ]
                Node.named "Infl" levels
                Node.named "Cont" [ "Low"; "High" ]
                Node.named "Sat" levels
                |> Node.withTerms [ LinearShift "Infl"; LinearShift "Type"; LinearShift "Cont" ]
            ]
            |> value

        let data = Csv.read "data/housing/housing.csv" |> value

        let options = { FitOptions.recommended with BatchSize = 1681 }
        let flow = (Fit.run graph options data None |> value).Flow

        for c in Flow.coefficients flow do
            printfn $"{c.Node} <- {c.Parent} {c.Level.Value}: {c.Estimate:F2}, odds ratio {c.OddsRatio:F2}"

        let team = new Team(2) // threads

        for level in levels do
            let pmf = Flow.pmf team "Sat" [ ("Infl", ToLevel level) ] data flow |> value
            printfn $"P(Sat = High | do(Infl = {level})) = {pmf |> Array.averageBy Array.last:F3}"

        let imagined =
            Flow.counterfactual team (Key.OfSeed 1L) [ ("Infl", ToLevel "High") ] data flow
            |> value

        Csv.write "imagined.csv" imagined |> value
    // </readme>

    [<Fact>]
    member _.``the snippet is the README's``() =
        let own = File.ReadAllText(Repository.path "tests/BgmFunctional.Tests/ReadmeTests.fs")
        let between = Regex.Match(own, @"// <readme>\n(.*?)    // </readme>", RegexOptions.Singleline)
        let shown = Regex.Match(readme, @"```fsharp\n(.*?)```", RegexOptions.Singleline)
        Assert.Equal(Regex.Replace(between.Groups[1].Value, "(?m)^        ", ""), shown.Groups[1].Value)

    [<Fact>]
    member _.``the snippet prints what the README says``() =
        let folder = Directory.CreateTempSubdirectory("bgm-readme-").FullName
        let before, console = Directory.GetCurrentDirectory(), Console.Out
        use printed = new StringWriter()

        try
            Directory.CreateDirectory(Path.Combine(folder, "data", "housing")) |> ignore

            File.Copy(
                Repository.path "data/housing/housing.csv",
                Path.Combine(folder, "data", "housing", "housing.csv")
            )

            Directory.SetCurrentDirectory folder
            Console.SetOut printed
            snippet ()
            Assert.True(File.Exists "imagined.csv")
        finally
            Console.SetOut console
            Directory.SetCurrentDirectory before
            Directory.Delete(folder, true)

        Assert.Contains(printed.ToString().ReplaceLineEndings "\n", readme)
