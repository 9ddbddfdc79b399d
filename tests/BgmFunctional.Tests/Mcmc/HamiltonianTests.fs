module BgmFunctional.Tests.Mcmc.HamiltonianTests

open System
open Xunit
open BgmFunctional.Mcmc

/// log p = −¼ x⁴ − ½ x y − y² in two coordinates: no leapfrog is exact on it.
let private learn (point: PhasePoint) =
    let x, y = point.Position[0], point.Position[1]
    let density = -0.25 * x ** 4.0 - 0.5 * x * y - y * y
    point.Learn(density, ReadOnlySpan [| -(x ** 3.0) - 0.5 * y; -0.5 * x - 2.0 * y |])

let private mass = [| 0.5; 2.0 |]

let private start () =
    let point = PhasePoint 2
    [| 0.7; -0.4 |].CopyTo(point.Position, 0)
    [| 1.1; 0.3 |].CopyTo(point.Momentum, 0)
    learn point
    point

let private advance step count (point: PhasePoint) =
    for _ in 1..count do
        Hamiltonian.launch step mass point
        learn point
        Hamiltonian.kick step point

[<Fact>]
let ``the leapfrog is reversible`` () =
    let point, first = start (), start ()
    advance 0.1 50 point
    point.Momentum[0] <- -point.Momentum[0]
    point.Momentum[1] <- -point.Momentum[1]
    advance 0.1 50 point

    for i in 0..1 do
        Assert.Equal(first.Position[i], point.Position[i], 1e-12)
        Assert.Equal(first.Momentum[i], -point.Momentum[i], 1e-12)

[<Fact>]
let ``the energy error falls with the square of the step`` () =
    // The largest error on the way over a fixed time: an end's own error may vanish by chance.
    let error step =
        let point = start ()
        let energy = Hamiltonian.energy mass point

        Seq.init (int (Math.Round(4.0 / step))) (fun _ ->
            advance step 1 point
            abs (Hamiltonian.energy mass point - energy))
        |> Seq.max

    for step in [ 0.04; 0.02; 0.01 ] do
        Assert.Equal(4.0, error step / error (step / 2.0), 0.15)
