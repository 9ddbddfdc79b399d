// What a prediction of holes carries from one chunk of rows to the next, and the checkpoint that keeps it.
namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What the chunks of rows that are done have filled in.
[<NoComparison; NoEquality>]
type internal PredictionState = {
    /// Rows with holes that are done, from the first on.
    Done: int
    /// (n, p).
    Filled: float32[]
    /// Low and high of each hole, row by row, (holes, 2).
    Bounds: float[]
    /// 1 of a row whose chains agree, (rows with holes).
    Agreement: float[]
    /// Of every chain, as chunks ran them.
    Acceptance: float[]
    /// Of every chain, as chunks ran them.
    Divergences: float[]
    /// The draws of all rows.
    Gathered: GatheredDraws
}

/// Its arrays in a checkpoint, whose header says how many rows are done.
type internal PredictionTensors = {
    Filled: Tensor
    Bounds: Tensor
    Agreement: Tensor
    Acceptance: Tensor
    Divergences: Tensor
    Completed: Tensor list
    Draws: Tensor
    Totals: Tensor list
}

/// Predictions in checkpoints.
[<RequireQualifiedAccess>]
module internal PredictionState =

    let private kind = "bgm.table.prediction"

    /// Before the first row.
    let fresh (chains: HoleChains) : PredictionState =
        let all = chains.Rows.Length * chains.Chains

        {
            Done = 0
            Filled = Array.copy chains.Matrix
            Bounds = Array.zeroCreate (2 * Array.last chains.Before)
            Agreement = Array.zeroCreate chains.Rows.Length
            Acceptance = Array.zeroCreate all
            Divergences = Array.zeroCreate all
            Gathered = HoleChains.gather chains
        }

    /// Views of the arrays, which go on being filled in.
    let private tensors (state: PredictionState) : PredictionTensors =
        let view values = Tensor.view [| Array.length values |] values

        {
            Filled = view state.Filled
            Bounds = view state.Bounds
            Agreement = view state.Agreement
            Acceptance = view state.Acceptance
            Divergences = view state.Divergences
            Completed = state.Gathered.Completed |> Array.map view |> List.ofArray
            Draws = view state.Gathered.Draws
            Totals = state.Gathered.Totals |> Array.map view |> List.ofArray
        }

    let private restored (rowsDone: int) (tensors: PredictionTensors) : PredictionState =
        let all toValues = List.map toValues >> Array.ofList

        {
            Done = rowsDone
            Filled = Tensor.toFloat32 tensors.Filled
            Bounds = Tensor.toArray tensors.Bounds
            Agreement = Tensor.toArray tensors.Agreement
            Acceptance = Tensor.toArray tensors.Acceptance
            Divergences = Tensor.toArray tensors.Divergences
            Gathered = {
                Completed = all Tensor.toFloat32 tensors.Completed
                Draws = Tensor.toFloat32 tensors.Draws
                Totals = all Tensor.toArray tensors.Totals
            }
        }

    /// What the bits of a prediction depend on.
    let private origin (options: PredictOptions) (model: BgmModel) (matrix: Tensor) =
        let numbers tree = Tree.leaves tree |> Array.map Tensor.toArray
        let sampling = options.Sampling

        Map [
            "model", Fingerprint.ofColumns (Array.append (numbers model.Encoder) (numbers model.Generator))
            "data", $"{matrix.Shape[0]} rows, {Fingerprint.ofColumns [| Tensor.toArray matrix |]}"
            "sampler", $"%0A{sampling.Sampler}"
            "start", string options.Start
            "chains", string (PredictOptions.chains model.Config.Networks options)
            "burn-in", string sampling.BurnIn
            "draws", string sampling.Draws
            "alpha", string sampling.Alpha
            "seed", string sampling.Seed
            "imputations", string options.Imputations
            "kept draws", string options.KeepDraws
        ]

    /// The prediction where its checkpoint left it, else a fresh one; and what leaves it there, now and then.
    let resume
        (options: PredictOptions)
        (model: BgmModel)
        (matrix: Tensor)
        (chains: HoleChains)
        : Result<PredictionState * (PredictionState -> Result<unit, BgmError>), BgmError> =
        let fresh = fresh chains

        match options.Checkpoint with
        | None -> Ok(fresh, (fun _ -> Ok()))
        | Some plan ->
            let origin = origin options model matrix
            let isDue = Checkpoint.due plan
            let mutable chunks = 0

            let save (state: PredictionState) =
                chunks <- chunks + 1

                if isDue chunks then
                    Checkpoint.save plan kind origin state.Done (tensors state)
                    |> Result.mapError BgmError.Checkpoint
                else
                    Ok()

            Checkpoint.load<int, _> plan kind origin (tensors fresh)
            |> Result.mapError BgmError.Checkpoint
            |> Result.map (fun found -> found |> Option.map ((<||) restored) |> Option.defaultValue fresh, save)
