module BgmFunctional.Tests.Mcmc.MetropolisTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Tests.Mcmc.Posteriors

[<Fact>]
let ``flows between the states of a small case are in balance`` () =
    // Three cells [0, 1), [1, 2), [2, 3) of constant density, nothing elsewhere; chains begin in equilibrium and make one step.
    let masses = [| 0.2; 0.5; 0.3 |]
    let chains = 200_000

    let target =
        Target.ofFunction Float64 1 (fun x ->
            let x = Tensor.squeeze 1 x
            let from edge = Tensor.greaterOrEqual x (Tensor.fill Float64 x.Shape edge)
            let inside a b = from a * (1.0 - from b)

            log (
                masses[0] * inside 0.0 1.0
                + masses[1] * inside 1.0 2.0
                + masses[2] * inside 2.0 3.0
            ))

    let uniforms = Array.zeroCreate<float>(2 * chains)
    Kernels<float>.Best.Random(Draw.Uniform, Key.OfSeed 1L, 0L, Span uniforms)

    let start =
        Array.init chains (fun c ->
            let u = uniforms[2 * c]

            let cell =
                if u < 0.2 then 0.0
                elif u < 0.7 then 1.0
                else 2.0

            cell + uniforms[2 * c + 1])

    let options = {
        ChainOptions.defaults with
            Sampler = Metropolis(ProposalSd.Fixed 1.3)
            BurnIn = 0
            Draws = 1
            ChainsPerRow = chains
            Start = Start.At start
    }

    let flows = Array2D.zeroCreate 3 3

    for chain in Chains.run team.Value options (Key.OfSeed 2L) target (Keep.draws 1 1) |> value do
        let from, towards = int start[chain.Place.Chain], int chain.Kept.Positions[0]
        flows[from, towards] <- flows[from, towards] + 1.0

    for i in 0..2 do
        // The difference of two Poisson counts has their sum as its variance.
        for j in 0 .. i - 1 do
            let difference = flows[i, j] - flows[j, i]
            Assert.True(flows[i, j] > 1000.0 && abs difference < 4.0 * sqrt (flows[i, j] + flows[j, i]), $"%A{flows}")

        let share = Seq.sum [ for j in 0..2 -> flows[j, i] ] / float chains
        Assert.Equal(masses[i], share, 4.0 * sqrt (masses[i] / float chains))

[<Fact>]
let ``an adapted step moves by tenths, every fifty steps, on the last hundred`` () =
    let adaptation, tuning = AcceptanceWindow 1.0, Tuning 1
    adaptation.Begin tuning

    let steps accepted = [
        for i, isAccepted in List.indexed accepted do
            adaptation.After(tuning, i, ReadOnlySpan.Empty, 0.5, isAccepted)

            if (i + 1) % 50 = 0 then
                tuning.StepSize
    ]

    let block accepted = List.init 50 (fun i -> i < accepted)
    // Rates of the windows: 50, then the mean of the last two blocks of fifty.
    let found = steps (List.collect block [ 5; 5; 12; 18; 14; 20 ])
    let expected = [ 0.9; 0.81; 0.729; 0.729; 0.8019; 0.88209 ]
    List.iter2 (fun (e: float) f -> Assert.Equal(e, f, 1e-12)) expected found
