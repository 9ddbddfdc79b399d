namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.Bgm
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Training of BGM in the configuration of the heteroskedastic latents: 20 000 rows of 100 columns, z 10, plain networks, batch 32; all cores.
type Tabular() =
    let rows, columns, batch = 20_000, 100, 32
    let team = new Team(Environment.ProcessorCount)
    let key = Key.OfSeed 1L
    let matrix = Initial.normal (key.Child 0L) rows columns 0.0 1.0

    let updating =
        lazy
            (let cells = Cells.ofMatrix matrix
             let begun = Stages.begun key Config.defaults matrix cells
             Stages.updating Config.defaults batch cells key team begun)

    let mutable epoch = 0

    /// A batch of iterative updating.
    [<Benchmark(OperationsPerInvoke = 625); Work(Work.TableUpdate * 32.0, 2)>]
    member _.TableUpdates() =
        updating.Value.RunEpoch(epoch, ignore)
        epoch <- epoch + 1
