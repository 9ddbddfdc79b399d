namespace BgmFunctional.Benchmarks

open System
open System.Threading
open BenchmarkDotNet.Attributes
open BgmFunctional.Autodiff
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Training of the image model as published, on 28×28 images, plain networks, batch 32; all cores.
type Images() =
    let side, count, batch = 28, 512, 32
    let team = new Team(Environment.ProcessorCount)
    let key = Key.OfSeed 1L
    let config = ImageConfig.defaults

    let images = {
        Height = side
        Width = side
        Pixels = Tensor.force (Tensor.sigmoid (Initial.normal (key.Child 0L) count (side * side) 0.0 2.0))
    }

    let start = ImageModel.initWarmStart (key.Child 1L) config side side

    let egm =
        lazy
            (WarmStarting<_, _, _, _, _, _, _, _, _>(
                ImageModel.warmStart config side side,
                config.Rates,
                config.Penalties,
                images.Pixels,
                start,
                0,
                batch,
                key,
                team
            ))

    let updating =
        lazy
            (let latents = LatentState.start (Initial.normal (key.Child 2L) count config.Latents 0.0 1.0)

             Updating<_, _, _, _>(
                 ImageModel.generator config.PriorSd,
                 ImageModel.joint,
                 config.Rates,
                 Maximised,
                 1,
                 images.Pixels,
                 [ start.Generator ],
                 latents,
                 batch,
                 key,
                 team
             ))

    let mutable epoch = 0

    /// An iteration of the warm start.
    [<Benchmark; Work(Work.ImageEgm * 32.0, 2)>]
    member _.ImageEgm() = egm.Value.Advance()

    /// A batch of iterative updating.
    [<Benchmark(OperationsPerInvoke = 16); Work(Work.ImageUpdate * 32.0, 2)>]
    member _.ImageUpdates() =
        updating.Value.RunEpoch(epoch, CancellationToken.None)
        epoch <- epoch + 1
