/// Reads what a program says it runs.
module BgmFunctional.Autodiff.Tests.Listings

open System.Text.RegularExpressions

/// Kernel calls whose line starts so.
let count (start: string) (listing: string[]) =
    listing |> Array.filter (fun line -> line.StartsWith start) |> Array.length

/// Operations, each step of a fused call counted.
let operations (listing: string[]) =
    listing
    |> Array.sumBy (fun line ->
        let steps = Regex.Match(line, @"^fused (\d+)")
        if steps.Success then int steps.Groups[1].Value else 1)
