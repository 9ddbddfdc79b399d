namespace BgmFunctional.Benchmarks

open System
open System.Threading
open BenchmarkDotNet.Attributes
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Training of BGM and filling of holes in the configuration of the heteroskedastic latents: 20 000 rows of 100 columns, z 10, plain networks, batch 32; all cores.
type Tabular() =
    let rows, columns, batch = 20_000, 100, 32
    let team = new Team(Environment.ProcessorCount)
    let key = Key.OfSeed 1L
    let matrix = Initial.normal (key.Child 0L) rows columns 0.0 1.0

    let updating =
        lazy
            (let cells = Cells.ofMatrix matrix
             let begun = Stages.begun key Config.defaults matrix cells
             let options = { FitOptions.defaults.Training with BatchSize = batch }
             Stages.updating Config.defaults options cells key team begun)

    /// 2000 rows whose last cell is a hole, and a model that knows them; chains need no better one.
    let predicting =
        lazy
            (let values = Initial.normal (key.Child 1L) 2_000 columns 0.0 1.0 |> Tensor.toArray

             let dataset =
                 values
                 |> Array.chunkBySize columns
                 |> Dataset.ofRows
                 |> Result.defaultWith (fun error -> invalidOp (BgmError.message error))

             let begun = Stages.begun key Config.defaults dataset.Matrix (Cells.ofMatrix dataset.Matrix)

             let model: BgmModel = {
                 Config = Config.defaults
                 Options = FitOptions.defaults
                 Encoding = dataset.Encoding
                 Encoder = begun.Tensors.WarmStart.Encoder.State
                 Generator = begun.Tensors.Generator.State
                 Latents = begun.Tensors.Latents.Z
                 History = []
                 Provenance = BgmModel.provenance FitOptions.defaults 0 dataset
             }

             let holed =
                 Tensor.toFloat32 dataset.Matrix
                 |> Array.mapi (fun at x -> if at % columns = columns - 1 then nanf else x)

             model, Tensor.view [| 2_000; columns |] holed)

    let mutable epoch = 0

    /// A batch of iterative updating.
    [<Benchmark(OperationsPerInvoke = 625); Work(Work.TableUpdate * 32.0, 2)>]
    member _.TableUpdates() =
        updating.Value.RunEpoch(epoch, CancellationToken.None)
        epoch <- epoch + 1

    /// A chain of 40 transitions of ten leapfrog steps for each of 2000 rows.
    [<Benchmark; Work(Work.InputGradient * Work.TableNet * 2000.0 * 401.0, 2)>]
    member _.TablePredictions() =
        let model, holed = predicting.Value

        Predict.run { PredictOptions.defaults with Sampling.BurnIn = 20; Sampling.Draws = 20 } model holed
