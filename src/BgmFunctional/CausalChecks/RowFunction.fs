namespace BgmFunctional.CausalChecks

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels

/// A function of rows, (n, width) -> (n, k), run some hundreds of rows at a time on a team; a row's result depends on the row alone.
[<Sealed>]
type internal RowFunction(team: Team, width: int, f: Tensor -> Tensor) =
    let size = 512
    let example = Tensor.fill Float32 [| size; width |] 0.0
    let outputs = (f example).Shape[1]

    let workers =
        Program.copies team.Threads f example
        |> Array.map (fun program ->
            let input = Array.zeroCreate<float32>(size * width)
            program.Bind(Tensor.view [| size; width |] input)
            program, input, Array.zeroCreate<float>(size * outputs))

    /// k.
    member _.Outputs = outputs

    /// Of so many rows, each written by fill (its number, an array, where its numbers begin there): (count, k), row-major.
    member _.Run(count: int, fill: int -> float32[] -> int -> unit) : float[] =
        let results = Array.zeroCreate<float>(count * outputs)
        let chunks = (count + size - 1) / size

        team.Run(
            workers.Length,
            fun worker ->
                let program, input, output = workers[worker]

                for chunk in worker .. workers.Length .. chunks - 1 do
                    let first = chunk * size
                    let rows = min size (count - first)

                    for i in 0 .. rows - 1 do
                        fill (first + i) input (i * width)

                    program.Execute()
                    program.ReadOutput(0, Span output)
                    Array.Copy(output, 0, results, first * outputs, rows * outputs)
        )

        results
