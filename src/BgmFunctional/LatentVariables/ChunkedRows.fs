namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Kernels

/// Which rows a chunk has, (rows), and 1 for each of them; a last chunk that is smaller has 0 in its other places, (rows, 1).
type internal ChunkPlace = { Indices: Tensor; RowWeights: Tensor }

/// All rows in chunks of at most so many that the threads of a team share. What is done with a chunk depends on its rows alone.
[<Sealed>]
type internal ChunkedRows(rows: int, most: int, team: Team) =
    let size = min most rows
    let count = (rows + size - 1) / size
    let workers = min team.Threads count
    let arrays = Array.init workers (fun _ -> Array.zeroCreate<int> size, Array.zeroCreate<float32> size)

    let place worker chunk =
        let indices, weights = arrays[worker]
        let first = chunk * size

        for i in 0 .. size - 1 do
            let isRow = first + i < rows
            indices[i] <- if isRow then first + i else first
            weights[i] <- if isRow then 1.0f else 0.0f

    /// Chunks.
    member _.Count = count

    /// What runs at once.
    member _.Workers = workers

    /// Where each worker finds its chunk, for its program to read.
    member val Places: ChunkPlace[] =
        arrays
        |> Array.map (fun (indices, weights) -> {
            Indices = Tensor.view [| size |] indices
            RowWeights = Tensor.view [| size; 1 |] weights
        })

    /// Does something once for each chunk, its rows in its worker's place.
    member _.ForEach(action: int -> int -> unit) =
        team.Run(
            workers,
            fun worker ->
                for chunk in worker..workers .. count - 1 do
                    place worker chunk
                    action worker chunk
        )

[<RequireQualifiedAccess>]
module internal ChunkedRows =

    /// What f makes of rows (n, p) with some weights, (n, p′), float32, at most so many at a time. Row i of it has to depend on row i alone.
    let map (most: int) (team: Team) (f: 'Weights -> Tensor -> Tensor) (weights: 'Weights) (rows: Tensor) : Tensor =
        let n = rows.Shape[0]
        let chunks = ChunkedRows(n, most, team)
        let inputs = chunks.Places |> Array.map (fun place -> weights, rows, place.Indices)

        let programs =
            Program.copies
                chunks.Workers
                (fun (weights, rows, places) -> f weights (Tensor.gatherRows places rows))
                inputs[0]

        Array.iter2 (fun (program: Program<_, _>) input -> program.Bind input) programs inputs
        let made = Array.zeroCreate<float32[]> chunks.Count

        chunks.ForEach(fun worker chunk ->
            programs[worker].Execute()
            made[chunk] <- Tensor.toFloat32 programs[worker].Output)

        let values = Array.concat made
        let width = programs[0].Output.Shape[1]
        Tensor.float32 [| n; width |] (Array.truncate (n * width) values)
