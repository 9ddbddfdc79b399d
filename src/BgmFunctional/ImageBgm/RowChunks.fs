namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels

/// Functions of rows, on chunks of them that a team shares.
[<RequireQualifiedAccess>]
module internal RowChunks =

    /// Rows at a time: enough for quick products.
    let private length = 64

    /// What f makes of rows (n, p) with some weights, (n, p′), float32. Row i of what f makes has to depend on row i alone.
    let map (team: Team) (f: 'Weights -> Tensor -> Tensor) (weights: 'Weights) (rows: Tensor) : Tensor =
        let n = rows.Shape[0]
        let size = min length n
        let chunks = (n + size - 1) / size
        let workers = min team.Threads chunks
        let places = Array.init workers (fun _ -> Array.zeroCreate<int> size)
        let inputs = places |> Array.map (fun places -> weights, rows, Tensor.view [| size |] places)

        let programs =
            Program.copies workers (fun (weights, rows, places) -> f weights (Tensor.gatherRows places rows)) inputs[0]

        let results = Array.zeroCreate<Tensor> chunks

        team.Run(
            workers,
            fun worker ->
                programs[worker].Bind inputs[worker]

                for chunk in worker..workers .. chunks - 1 do
                    let first = chunk * size

                    for i in 0 .. size - 1 do
                        places[worker][i] <- min (first + i) (n - 1)

                    programs[worker].Execute()
                    let made = programs[worker].Output
                    results[chunk] <- Tensor.slice 0 0 (min size (n - first)) made
        )

        results |> Array.toList |> Tensor.concat 0 |> Tensor.force
