// How long to learn. A first fit does without some of the seen cells and tells after how many of its epochs it fills them best; a table that has no more to
// teach than what the fit began with is then left there.
namespace BgmFunctional.Bgm

open System
open System.IO
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Numerics

/// How a held-out cell is filled.
[<Struct>]
type internal Filling = {
    /// Its column of the matrix.
    Column: int
    /// Of what stood there, by a normal with the draws' mean and variance, nats.
    LogDensity: float
    /// Of the draws' mean.
    SquaredError: float
}

/// Fits that are ended by cells they do without.
[<RequireQualifiedAccess>]
module internal HoldOut =

    /// Rows whose held-out cells are filled, at most: enough to tell fits apart that differ by a hundredth of a cell's variance.
    let private mostRows = 500

    /// Numbers of all draws of these rows, at most: 64 MB.
    let private mostNumbers = 16_777_216

    /// How the held-out cells are filled: by few draws, which tell fits apart as well as many.
    let private filling (options: FitOptions) = {
        PredictOptions.quick with
            Chains = Some 2
            KeepDraws = true
            Sampling.BurnIn = 100
            Sampling.Draws = 100
            Sampling.Seed = options.Training.Seed
            Sampling.Threads = options.Training.Threads
            Sampling.Cancellation = options.Training.Cancellation
    }

    /// A table's matrix (n, p) with about this share of its seen cells taken out, all columns of a category together; of each column at least half stay.
    let mask (key: Key) (share: float) (dataset: Dataset) : Tensor =
        let n, p = dataset.Matrix.Shape[0], dataset.Matrix.Shape[1]
        let values = Tensor.toFloat32 dataset.Matrix

        let starts =
            dataset.Encoding.Columns
            |> List.scan (fun start column -> start + column.Means.Length) 0

        for number, (first, next) in List.indexed (List.pairwise starts) do
            if next > first then
                let draws = Initial.uniform (key.Child(int64 number)) n 1 0.5 |> Tensor.toFloat32

                let seen =
                    [| 0 .. n - 1 |]
                    |> Array.filter (fun row -> not (Single.IsNaN values[row * p + first]))

                for row in
                    seen
                    |> Array.filter (fun row -> float draws[row] + 0.5 < share)
                    |> Array.truncate (seen.Length / 2) do
                    for j in first .. next - 1 do
                        values[row * p + j] <- nanf

        Tensor.view [| n; p |] values

    /// Rows that lack a cell in the one and show it in the other: not too many, evenly spread.
    let private rowsHeld (matrix: Tensor) (masked: Tensor) =
        let p = matrix.Shape[1]

        let rows =
            Array.zip (Tensor.toFloat32 matrix) (Tensor.toFloat32 masked)
            |> Array.chunkBySize p
            |> Array.indexed
            |> Array.filter (
                snd
                >> Array.exists (fun (seen, left) -> Single.IsNaN left && not (Single.IsNaN seen))
            )
            |> Array.map fst

        let count = min rows.Length (min mostRows (mostNumbers / (200 * p)))
        Array.init count (fun i -> rows[int (int64 i * int64 rows.Length / int64 count)])

    /// What posterior draws (draws, n, p) say of the cells of (n, p) that they fill.
    let private fillings (truth: Tensor) (masked: Tensor) (draws: Tensor) =
        let columns, count = truth.Shape[1], draws.Shape[0]
        let truth, masked, values = Tensor.toFloat32 truth, Tensor.toFloat32 masked, Tensor.toFloat32 draws

        [|
            for at in 0 .. truth.Length - 1 do
                if Single.IsNaN masked[at] && not (Single.IsNaN truth[at]) then
                    let drawn = Array.init count (fun d -> float values[d * truth.Length + at])
                    let mean = Array.average drawn
                    let variance = Array.sumBy (fun x -> (x - mean) ** 2.0) drawn / float (count - 1)
                    let square = (float truth[at] - mean) ** 2.0

                    {
                        Column = at % columns
                        LogDensity = -0.5 * (log (2.0 * Math.PI * variance) + square / variance)
                        SquaredError = square
                    }
        |]

    /// Cells whose mean is about normal.
    let private fewest = 20

    /// Whether gains, one a cell, are more than chance lets the luckiest of so many seem that are none.
    let private isClear tries (gains: float[]) =
        let mean = Array.average gains
        let spread = sqrt (gains |> Array.averageBy (fun gain -> (gain - mean) ** 2.0))
        let z = mean / (spread / sqrt (float gains.Length))

        gains.Length >= fewest && z > 0.0 && float tries * Normal.twoSided z < 0.05

    /// Whether cells are clearly filled better than before: with likelier intervals, those of all columns together or those of one, and not clearly further
    /// from what stood there. One column alone may be what bends, or in its noise only, where no mean comes nearer.
    let isBetter (found: Filling[]) (before: Filling[]) =
        let gains measure = Array.map2 (fun found before -> measure found - measure before) found before
        let likelier = gains _.LogDensity

        let columns =
            Array.zip found likelier
            |> Array.groupBy (fun (filling, _) -> filling.Column)
            |> Array.map (snd >> Array.map snd)

        (isClear 1 likelier || columns |> Array.exists (isClear columns.Length))
        && not (isClear 1 (gains _.SquaredError))

    /// The number of epochs after which a fit that does without the held-out cells fills them best, by an evaluation before the first and every so many.
    let private search
        config
        (options: FitOptions)
        (dataset: Dataset)
        (masked: Tensor)
        rows
        team
        : Result<int, BgmError> =
        let key = Key.OfSeed options.Training.Seed
        let cells = Cells.ofMatrix masked
        let take matrix = Tensor.gatherRows (Tensor.indices rows) matrix |> Tensor.force
        let some, truth = take masked, take dataset.Matrix

        let evaluate (model: BgmModel) epoch =
            Predict.run (filling options) model some
            |> Result.map (fun imputation ->
                let found = fillings truth some imputation.Draws.Value
                options.Progress(HeldOut(epoch, options.Training.Epochs, found |> Array.averageBy _.LogDensity))
                found)

        Stages.begun key config masked cells
        |> Stages.warmStart (Stages.unkept options) config cells (key.Child 5L) team
        |> Result.bind (fun carried ->
            let updating = Stages.updating config options.Training cells (key.Child 6L) team carried

            let model () : BgmModel = {
                Config = config
                Options = FitOptions.recipe options
                Encoding = dataset.Encoding
                Encoder = carried.Tensors.WarmStart.Encoder.State
                Generator = updating.Networks.Head.State
                Latents = updating.Latents.Z
                History = []
                Provenance = BgmModel.provenance options 0 dataset
            }

            /// Of the epochs that are clearly better than none, the one with the likeliest cells.
            let rec go start epoch (best, bestEpoch) =
                if epoch = options.Training.Epochs then
                    Ok bestEpoch
                else
                    let next = min options.Training.Epochs (epoch + options.Training.EpochsPerEvaluation)

                    for e in epoch .. next - 1 do
                        updating.RunEpoch(e, options.Training.Cancellation)

                    evaluate (model ()) next
                    |> Result.bind (fun found ->
                        let likely = found |> Array.averageBy _.LogDensity

                        go
                            start
                            next
                            (if likely > best && isBetter found start then likely, next else best, bestEpoch))

            evaluate (model ()) 0 |> Result.bind (fun start -> go start 0 (-infinity, 0)))

    let private kind = "bgm.table.held-out"

    /// What a search found, kept in a folder of its own below the fit's, so that a fit that goes on does not search again; unless it is for more epochs.
    let private keep (options: FitOptions) origin (search: unit -> Result<int, BgmError>) =
        match options.Training.Checkpoint with
        | None -> search ()
        | Some fit ->
            let plan = { fit with Folder = Path.Combine(fit.Folder, "held-out") }
            let most, nothing = options.Training.Epochs, ([]: Tensor list)

            let searched () =
                search ()
                |> Result.bind (fun epochs ->
                    Checkpoint.save plan kind origin [ most; epochs ] nothing
                    |> Result.mapError BgmError.Checkpoint
                    |> Result.map (fun () -> epochs))

            Checkpoint.load<int list, _> plan kind origin nothing
            |> Result.mapError BgmError.Checkpoint
            |> Result.bind (fun found ->
                match found with
                | Some([ ofMost; epochs ], _) when ofMost = most -> Ok epochs
                | _ -> searched ())

    /// For how many epochs a fit to all cells should go on.
    let epochs config (options: FitOptions) (dataset: Dataset) (team: Team) : Result<int, BgmError> =
        let masked = mask ((Key.OfSeed options.Training.Seed).Child 8L) options.HoldOut dataset

        match rowsHeld dataset.Matrix masked with
        | [||] -> Ok options.Training.Epochs
        | rows ->
            keep options (FitCheckpoint.origin config options dataset.Matrix) (fun () ->
                search config options dataset masked rows team)
