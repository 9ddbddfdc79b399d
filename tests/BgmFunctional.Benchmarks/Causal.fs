namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Training of CausalBGM in the Hirano–Imbens configuration: 20 000 rows, 200 covariates, z 1-1-1-7, Bayesian networks, batch 32; all cores.
type Causal() =
    let rows, covariates, batch = 20_000, 200, 32
    let team = new Team(Environment.ProcessorCount)
    let key = Key.OfSeed 1L
    let config = Config.defaults Continuous { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 7 }
    let draws child columns = Initial.normal (key.Child child) rows columns 0.0 1.0
    let data = { V = draws 0L covariates; X = draws 1L 1; Y = draws 2L 1; U = None }
    let networks = Model.init (key.Child 3L) config covariates 0
    let encoder = Model.initEncoder (key.Child 4L) config covariates

    let updating =
        lazy
            (let z = draws 5L 10
             Updating(config, data, networks, LatentState.start z, batch, 100, key, team))

    let egm = lazy EgmTraining(config, data, encoder, networks, batch, 30_000, key, team)
    let mutable epoch = 0

    /// A batch of iterative updating.
    [<Benchmark(OperationsPerInvoke = 625); Work(Work.CausalUpdate * 32.0, 2)>]
    member _.CausalUpdates() =
        updating.Value.RunEpoch epoch
        epoch <- epoch + 1

    /// An iteration of the warm start.
    [<Benchmark; Work(Work.CausalEgm * 32.0, 2)>]
    member _.CausalEgm() = egm.Value.Advance()
