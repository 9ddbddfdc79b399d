namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// How well a model fits the cells that are seen.
type Evaluation = {
    /// Mean square of x − μ(z), of standardised cells.
    Mse: float
    /// Mean log density of a row given its z, nats.
    LogDensity: float
}

/// Evaluation of a plain generator at latents, by chunks of rows. Sums go chunk by chunk in a fixed order, whatever the threads.
[<Sealed>]
type internal Evaluator(config: Config, cells: Cells, generator: Mlp, z: Tensor, team: Team) =
    let chunks = ChunkedRows(Cells.rows cells, 512, team)

    let sums (generator: Mlp, z: Tensor, cells: Cells, place: ChunkPlace) =
        let gather = Tensor.gatherRows place.Indices
        let cells = Tree.map gather cells
        let gaussian = Model.gaussian config (Network.applyPlain generator (gather z))
        let weights = Cells.mask cells (Tensor.broadcast cells.Values.Shape place.RowWeights)

        [
            Tensor.sum (weights * Tensor.square (cells.Values - gaussian.Mean))
            Tensor.sum weights
            Tensor.sum (place.RowWeights * Gaussian.logDensity gaussian cells)
        ]

    let programs = Program.copies chunks.Workers sums (generator, z, cells, chunks.Places[0])

    /// The evaluation of a generator at the latents as they are now.
    member _.Run(generator: Mlp) : Evaluation =
        let found = Array.zeroCreate<float[]> chunks.Count

        for worker in 0 .. chunks.Workers - 1 do
            programs[worker].Bind((generator, z, cells, chunks.Places[worker]))

        chunks.ForEach(fun worker chunk ->
            programs[worker].Execute()
            found[chunk] <- programs[worker].Output |> List.map Tensor.item |> List.toArray)

        let total i = found |> Array.sumBy (fun sums -> sums[i])
        { Mse = total 0 / total 1; LogDensity = total 2 / float (Cells.rows cells) }
