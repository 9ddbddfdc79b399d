/// What the tests of simulators ask of rows.
module BgmFunctional.Tests.Simulators.Draws

open Xunit
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests.Flows.FlowGenerators

let key = Key.OfSeed 5L

let column name frame =
    match Frame.tryColumn name frame with
    | Some(Column.Numeric values) -> values
    | other -> failwith $"{other}"

let latents n simulator = Simulator.latents key n simulator |> ok
let push interventions latents simulator = Simulator.push interventions latents simulator |> ok
let sample interventions n simulator = Simulator.sample key interventions n simulator |> ok

let moments (values: float[]) =
    let mean = Array.average values
    mean, values |> Array.averageBy (fun x -> (x - mean) ** 2.0) |> sqrt

let share isIn (values: float[]) = values |> Array.averageBy (fun x -> if isIn x then 1.0 else 0.0)

/// The share of values up to each point is that of a distribution function, within four standard errors.
let checkCdf (cdf: float -> float) (points: float list) (values: float[]) =
    for point in points do
        let p = cdf point
        let tolerance = 4.0 * sqrt (p * (1.0 - p) / float values.Length)
        Assert.Equal(p, share (fun x -> x <= point) values, tolerance)

/// The standard normal distribution function; Abramowitz and Stegun 26.2.17, within 1e-7.
let normalCdf (x: float) =
    let t = 1.0 / (1.0 + 0.2316419 * abs x)

    let tail =
        [ 1.330274429; -1.821255978; 1.781477937; -0.356563782; 0.319381530 ]
        |> List.fold (fun sum c -> t * (c + sum)) 0.0

    let upper = tail * exp (-x * x / 2.0) / sqrt (2.0 * System.Math.PI)
    if x > 0.0 then 1.0 - upper else upper
