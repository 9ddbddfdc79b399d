/// Targets with known answers, and the samplers that have to find them.
module BgmFunctional.Tests.Mcmc.Posteriors

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

/// Every kind of transition and of tuning.
let samplers = [
    "metropolis", Metropolis(ProposalSd.Fixed 0.8)
    "metropolis, adapted", Metropolis(ProposalSd.Adapted 1.0)
    "hmc", Hmc { HmcOptions.defaults with StepSize = 0.1; Jitter = 0.3 }
    "hmc, mass",
    Hmc {
        HmcOptions.defaults with
            LeapfrogSteps = 5
            Adapt = Adapt.StepSizeAndMass 0.8
            Jitter = 0.2
    }
    "nuts, fixed", Nuts { NutsOptions.defaults with StepSize = 0.3; Adapt = Adapt.Nothing }
    "nuts, step", Nuts { NutsOptions.defaults with Adapt = Adapt.StepSize 0.8 }
    "nuts", Nuts NutsOptions.defaults
]

/// −½ xᵀ·precision·x, (m, q) -> (m).
let gaussian dtype (precision: float[,]) =
    let q = Array2D.length1 precision
    let matrix = Tensor.ofFloats dtype [| q; q |] (Array.init (q * q) (fun i -> precision[i / q, i % q]))

    Target.ofFunction dtype q (fun x -> -0.5 * Tensor.sumAxis 1 (x * Tensor.matMul x matrix))

/// N(0, 1) in so many coordinates.
let standard q = Target.ofFunction Float64 q (fun x -> -0.5 * Tensor.sumAxis 1 (Tensor.square x))

let team = lazy new Team 2

let value answer = BgmFunctional.Tests.Answers.valueOf McmcError.message answer

/// All draws of one chain for each row of a target, or of so many chains.
let sample seed burnIn draws chains sampler target =
    let options = {
        ChainOptions.defaults with
            Sampler = sampler
            BurnIn = burnIn
            Draws = draws
            ChainsPerRow = chains
    }

    Chains.run team.Value options (Key.OfSeed seed) target (Keep.draws target.Dimension draws)
    |> value

/// All draws of one chain.
let one seed burnIn draws sampler target = sample seed burnIn draws 1 sampler target |> Array.exactlyOne

/// The mean over chains of a number that each chain estimates lies within 4.5 of its standard errors of the truth; chains are independent, so
/// their spread gives the error whatever the autocorrelation.
let agrees what truth (estimates: float[]) =
    let n = float estimates.Length
    let mean = Array.average estimates
    let error = sqrt ((estimates |> Array.sumBy (fun x -> (x - mean) ** 2.0)) / (n - 1.0) / n)
    Assert.True(abs (mean - truth) <= 4.5 * error, $"{what}: {mean} ± {error}, expected {truth}")

/// A small float32 network with data for each row, as the neural posteriors are: z (2) -> 16 -> 7 numbers a row, of which noise is seen.
let neural rows =
    let random seed (shape: int[]) =
        let values = Array.zeroCreate<float32>(Array.fold (*) 1 shape)
        Kernels<float32>.Best.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        Tensor.float32 shape values

    let hidden, output = random 1L [| 2; 16 |], random 2L [| 16; 7 |]

    Target.ofRows Float32 2 (random 3L [| rows; 7 |], random 4L [| rows; 1 |]) (fun (x, shift) z ->
        let mean = Tensor.matMul (tanh (Tensor.matMul z hidden + shift)) output

        -0.5 * Tensor.sumAxis 1 (Tensor.square (x - mean))
        - 0.5 * Tensor.sumAxis 1 (Tensor.square z))
