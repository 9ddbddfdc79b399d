/// How near to the core's peak the convolutions of a whole network come, each layer counting by its time.
[<RequireQualifiedAccess>]
module BgmFunctional.Benchmarks.NetworkShares

open BenchmarkDotNet.Reports
open BgmFunctional.ImageBgm

/// Prints a table of the networks' passes, if their layers were measured.
let print (summary: Summary) =
    let cases = [
        for case in summary.BenchmarksCases do
            match case.Parameters["Layer"] with
            | :? Layer as layer -> string layer, case.Descriptor.WorkloadMethod.Name, case
            | _ -> ()
    ]

    let share isOf pass =
        let own = cases |> List.filter (fun (layer, its, _) -> isOf layer && its = pass)
        let share = own |> List.map (fun (_, _, case) -> case) |> Table.share summary
        $"{100.0 * share:F0} %%"

    let print name isOf = printfn $"""| {name, -34} | {share isOf "Forward", 7} | {share isOf "Back", 5} |"""

    if not cases.IsEmpty then
        printfn "All convolutions of a network together, by the core's peak:"
        printfn $"""| {"Network", -34} | Forward |  Back |"""
        printfn $"""|{String.replicate 36 "-"}|--------:|------:|"""

        for config, kind in [ ImageConfig.defaults, "published"; ImageConfig.recommended, "recommended" ] do
            for network, layers in Layers.networks config do
                let names = layers |> List.map string
                print $"{network}, {kind}" (fun layer -> List.contains layer names)
