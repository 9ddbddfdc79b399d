namespace BgmFunctional.Benchmarks

open System
open System.Diagnostics
open BenchmarkDotNet.Attributes
open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Mcmc

/// Posteriors of 10 latents given 200 observed numbers a row, through the reference net 10 → 64×5 (LeakyReLU 0.2) → 201 whose last output is the
/// variance; float32. The weights are 1.6 times those of a fresh net: a random walk with standard deviation 1 then accepts 9 % of its steps, as the
/// published sampler does on fitted nets.
module NeuralPosterior =
    let private latents, observed = 10, 200

    let private random seed rows columns =
        let values = Array.zeroCreate<float32>(rows * columns)
        Kernels<float32>.Best.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        Tensor.float32 [| rows; columns |] values

    let private net =
        Mlp.init (Key.OfSeed 3L) true latents [ 64; 64; 64; 64; 64 ] (observed + 1)
        |> Tree.map (fun weights -> Tensor.force (1.6 * weights))

    let private decode z =
        let output = Mlp.apply (LeakyRelu 0.2) net z
        Tensor.slice 1 0 observed output, Tensor.softplus (Tensor.slice 1 observed 1 output) + 1e-6

    let private logDensity x z =
        let mean, variance = decode z
        let squares = Tensor.sumKeep 1 (Tensor.square (x - mean))
        let logLikelihood = -squares / (2.0 * variance) - float observed / 2.0 * log variance
        Tensor.squeeze 1 logLikelihood - 0.5 * Tensor.sumAxis 1 (Tensor.square z)

    /// Rows drawn from the model.
    let target rows =
        let mean, variance = decode (random 1L rows latents)
        let x = Tensor.force (mean + sqrt variance * random 2L rows observed)
        Target.ofRows Float32 latents x logDensity

    /// Chains that have to run.
    let run team options rows keep =
        match Chains.run team { options with ChainsPerRow = 1 } (Key.OfSeed 4L) (target rows) keep with
        | Ok chains -> chains
        | Error error -> invalidOp (McmcError.message error)

/// Evaluations of 1 024 such posteriors by samplers; all cores.
type Posteriors() =
    let team = lazy new Team(Environment.ProcessorCount)

    let run sampler draws =
        let options = { ChainOptions.defaults with Sampler = sampler; BurnIn = 0; Draws = draws }

        NeuralPosterior.run team.Value options 1024 (Keep.moments 10)

    /// 100 steps of a random walk and the first evaluation.
    [<Benchmark; Work(Work.Value * Work.ReferenceNet * 1024.0 * 101.0, 2)>]
    member _.RandomWalk1024x100() = run (Metropolis(ProposalSd.Fixed 0.1)) 100

    /// 10 transitions of 10 leapfrog steps and the first evaluation.
    [<Benchmark; Work(Work.InputGradient * Work.ReferenceNet * 1024.0 * 101.0, 2)>]
    member _.Hmc1024x10() = run (Hmc { HmcOptions.defaults with Adapt = Adapt.Nothing }) 10

/// What samplers are for: effective draws a second. Printed beside the random walk with standard deviation 1 from N(0, I), as published.
module EffectiveDraws =

    let private rows = 64

    let private samplers = [
        // So many draws because the estimate of an effective size below ten is worth nothing.
        "random walk, sd 1", Metropolis(ProposalSd.Fixed 1.0), 5000, 100_000, 10
        "random walk, adapted", Metropolis(ProposalSd.Adapted 1.0), 5000, 100_000, 10
        "HMC", Hmc HmcOptions.recommended, 1000, 2000, 1
        "NUTS", Nuts NutsOptions.defaults, 1000, 2000, 1
    ]

    /// Means over rows of the smallest bulk ESS of the latents, and shares of rows whose R-hats are all below 1.01.
    let print () =
        use team = new Team(Environment.ProcessorCount)
        printfn $"{rows} neural posteriors of 10 latents, {team.Threads} threads:"

        for name, sampler, burnIn, draws, thin in samplers do
            let options = {
                ChainOptions.defaults with
                    Sampler = sampler
                    BurnIn = burnIn
                    Draws = draws
                    Thin = thin
            }

            let watch = Stopwatch.StartNew()
            let chains = NeuralPosterior.run team options rows (Keep.draws 10 (ChainOptions.kept options))
            let seconds = watch.Elapsed.TotalSeconds

            let worst choose (f: float[][] -> float) (chain: Chain<Draws>) =
                [ for i in 0..9 -> f [| Draws.coordinate i chain.Kept |] ] |> Seq.reduce choose

            let ess = chains |> Array.averageBy (worst min Diagnostics.essBulk)

            let agreeing =
                chains
                |> Array.averageBy (fun chain -> if worst max Diagnostics.rHat chain < 1.01 then 1.0 else 0.0)

            printfn
                "%-22s acceptance %.2f, R-hat < 1.01 on %3.0f %% of rows, ESS %5.0f a row, %8.0f a second, %8.0f evaluations a second"
                name
                (chains |> Array.averageBy _.Report.AcceptanceRate)
                (100.0 * agreeing)
                ess
                (ess * float rows / seconds)
                (float (chains |> Array.sumBy _.Report.Evaluations) / seconds)
