module BgmFunctional.Tests.Mcmc.ChainOptionsTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Tests.Mcmc.Posteriors

let private defaults = ChainOptions.defaults
let private hmc = HmcOptions.defaults

let private refused = [
    { defaults with BurnIn = -1 }, "burn-in: found -1; it must be a whole number, at least 0"
    { defaults with Draws = 0 }, "draws: found 0; it must be a whole number, at least 1"
    { defaults with Thin = 0 }, "thinning: found 0; it must be a whole number, at least 1"
    { defaults with Draws = 10; Thin = 11 }, "thinning: found 11; it must be at most the 10 draws"
    { defaults with ChainsPerRow = 0 }, "chains a row: found 0; it must be a whole number, at least 1"
    { defaults with Seats = Some 0 }, "seats: found 0; it must be a whole number, at least 1"
    { defaults with Start = Start.At [| 1.0 |] }, "start: found 1 numbers; 4 chains of 2 numbers each need 8"
    { defaults with Start = Start.After [||] }, "start: found the ends of 0 chains; 4 chains need as many"
    { defaults with Sampler = Metropolis(ProposalSd.Fixed 0.0) }, "proposal sd: found 0; it must be a positive number"
    { defaults with Sampler = Metropolis(ProposalSd.Adapted nan) },
    "proposal sd: found NaN; it must be a positive number"
    { defaults with Sampler = Hmc { hmc with StepSize = -1.0 } }, "step size: found -1; it must be a positive number"
    { defaults with Sampler = Hmc { hmc with LeapfrogSteps = 0 } },
    "leapfrog steps: found 0; it must be a whole number from 1 to 100000"
    { defaults with Sampler = Hmc { hmc with Jitter = 1.0 } }, "jitter: found 1; it must be at least 0 and below 1"
    { defaults with Sampler = Hmc { hmc with Adapt = Adapt.StepSize 1.0 } },
    "acceptance to adapt toward: found 1; it must be between 0 and 1"
    { defaults with Sampler = Nuts { NutsOptions.defaults with MaxDepth = 21 } },
    "greatest depth: found 21; it must be a whole number from 1 to 20"
]

[<Fact>]
let ``options outside their range are refused by name`` () =
    for options, message in refused do
        match Chains.run team.Value options (Key.OfSeed 1L) (standard 2) (Keep.moments 2) with
        | Ok _ -> failwith $"accepted: {message}"
        | Error error -> Assert.Equal(message, McmcError.message error)

[<Fact>]
let ``targets that are none are refused by what they give`` () =
    let refuses (fragment: string) (make: unit -> Target) =
        let error = Assert.Throws<ArgumentException>(fun () -> (make ()).Evaluation 3 true |> ignore)
        Assert.Contains(fragment, error.Message)

    refuses "must be one number a chain, Float64 (3); found Float64 (3, 2)" (fun () -> Target.ofFunction Float64 2 id)

    refuses "tensors of different numbers of rows: [|2; 3|]" (fun () ->
        Target.ofRows Float64 1 (Tensor.fill Float64 [| 2; 1 |] 0.0, Tensor.fill Float64 [| 3 |] 0.0) (fun _ x ->
            Tensor.squeeze 1 x))

    refuses "no tensors" (fun () -> Target.ofRows Float64 1 "nothing" (fun _ x -> Tensor.squeeze 1 x))
    refuses "scalar" (fun () -> Target.ofRows Float64 1 (Tensor.scalar 1.0) (fun _ x -> Tensor.squeeze 1 x))
    refuses "int32" (fun () -> Target.ofRows Float64 1 (Tensor.indices [| 1; 2 |]) (fun _ x -> Tensor.squeeze 1 x))

[<Fact>]
let ``a run can be watched and ended`` () =
    use source = new CancellationTokenSource()
    let seen = ResizeArray()

    let options = {
        defaults with
            BurnIn = 0
            Draws = 1
            ChainsPerRow = 200
            Seats = Some 1
            Cancellation = source.Token
            Progress =
                fun ended chains ->
                    seen.Add((ended, chains))

                    if ended = 3 then
                        source.Cancel()
    }

    use single = new Team(1)

    Assert.Throws<OperationCanceledException>(fun () ->
        Chains.run single options (Key.OfSeed 1L) (standard 1) (Keep.moments 1)
        |> ignore)
    |> ignore

    Assert.Equal<(int * int) list>([ 1, 200; 2, 200; 3, 200 ], List.ofSeq seen)

[<Fact>]
let ``sums over the chains of a shard are the same bits on any number of threads`` () =
    let target = neural 300
    let options = { defaults with BurnIn = 5; Draws = 5; ChainsPerRow = 1 }

    let sums threads =
        use team = new Team(threads)
        let sums = Array.zeroCreate<float>(Chains.shards target options)

        Chains.run
            team
            options
            (Key.OfSeed 1L)
            target
            (Keep.moments 2
             |> Keep.map (fun place moments -> sums[place.Shard] <- sums[place.Shard] + moments.Mean[0]))
        |> value
        |> ignore

        Assert.True(sums.Length > 1)
        sums

    Assert.Equal<float[]>(sums 1, sums 2)
