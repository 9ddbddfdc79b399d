module BgmFunctional.Tests.Mcmc.NutsTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Tests.Mcmc.Posteriors

[<Fact>]
let ``an odd leaf closes the balanced subtrees that end at it, and no other`` () =
    let kept = Array.create 10 -1

    for leaf in 0..1023 do
        let place = OpenSubtrees.Place leaf

        if leaf % 2 = 0 then
            kept[place] <- leaf
        else
            let found = [ for i in place .. -1 .. place - OpenSubtrees.Closed leaf + 1 -> kept[i] ]
            // Subtrees of 2, 4, 8 … leaves begin at multiples of their size.
            let expected = [
                for k in 1..10 do
                    if (leaf + 1) % (1 <<< k) = 0 then
                        leaf + 1 - (1 <<< k)
            ]

            Assert.Equal<int list>(expected, found)

/// Neal's funnel: v ~ N(0, 3²), and two numbers ~ N(0, eᵛ).
let private funnel =
    Target.ofFunction Float64 3 (fun position ->
        let v = Tensor.squeeze 1 (Tensor.slice 1 0 1 position)
        let squares = Tensor.sumAxis 1 (Tensor.square (Tensor.slice 1 1 2 position))
        -(Tensor.square v) / 18.0 - 0.5 * squares * exp (-v) - v)

[<Fact>]
let ``the funnel's neck is explored, with short steps`` () =
    let sampler = Nuts { NutsOptions.defaults with Adapt = Adapt.StepSizeAndMass 0.99 }
    let chains = sample 1L 1000 1000 48 sampler funnel

    let moment power =
        chains
        |> Array.map (fun chain -> Draws.coordinate 0 chain.Kept |> Array.averageBy (fun v -> v ** power))

    agrees "E v" 0.0 (moment 1.0)
    agrees "E v²" 9.0 (moment 2.0)
    // Non-centred, the legs are standard normal whatever the neck.
    agrees
        "E (x e^(−v/2))²"
        1.0
        (chains
         |> Array.map (fun chain ->
             let v, x = Draws.coordinate 0 chain.Kept, Draws.coordinate 1 chain.Kept
             Array.map2 (fun v x -> x * x * exp -v) v x |> Array.average))

[<Fact>]
let ``where the funnel is too narrow for the step, divergences say so`` () =
    let chains =
        sample 2L 500 1000 8 (Nuts { NutsOptions.defaults with Adapt = Adapt.StepSizeAndMass 0.6 }) funnel

    Assert.True(chains |> Array.sumBy _.Report.Divergences > 0)

[<Fact>]
let ``windows are those of Stan`` () =
    let windows burnIn = let w = Windows.ofBurnIn burnIn in w.First, w.Ends
    Assert.Equal((75, [ 99; 149; 249; 449; 949 ]), windows 1000)
    Assert.Equal((75, [ 99; 149; 249; 449 ]), windows 500)
    Assert.Equal((75, [ 99 ]), windows 150)
    Assert.Equal((15, [ 89 ]), windows 100)
    Assert.Equal((10, []), windows 10)

[<Fact>]
let ``dual averaging finds the step at which a known curve has the wanted acceptance`` () =
    // Acceptance exp(−ε): 0.8 at ε = −log 0.8.
    let state =
        Seq.fold
            (fun state _ -> DualAveraging.update (exp -(exp state.LogStep)) state)
            (DualAveraging.init 0.8 10.0)
            (seq { 1..2000 })

    Assert.Equal(-(log 0.8), exp state.LogAverage, 0.01)
