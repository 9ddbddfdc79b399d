// The posterior of many numbers, such as the weights of a network, given many rows: a sum over the rows that is made block by block on several threads.
namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels

/// The numbers of a record of tensors as one vector, leaf after leaf.
[<RequireQualifiedAccess>]
module Vector =

    /// (q).
    let ofTree (tree: 'a) : float[] = Tree.leaves tree |> Array.collect Tensor.toArray

    /// The same form with these numbers, (q).
    let toTree (like: 'a) (vector: float[]) : 'a =
        let mutable start = 0

        let next (leaf: Tensor) =
            let values = Array.sub vector start leaf.Size
            start <- start + leaf.Size
            Tensor.ofFloats leaf.DType leaf.Shape values

        Tree.withLeaves (Tree.leaves like |> Array.map next) like

/// Blocks of rows, each computed with the same weights.
[<NoComparison; NoEquality>]
type private Block<'Weights, 'Data> = { Weights: 'Weights; Data: 'Data; Indices: Tensor; RowWeights: Tensor }

/// What one lane works with: every so many blocks are its own, whichever thread it runs on, so that sums are the same bits on any number of threads.
[<Sealed>]
type private Lane<'Weights, 'Data>
    (program: Program<Block<'Weights, 'Data>, Tensor list>, weights: 'Weights, data: 'Data, rows: int, size: int) =
    let indices = Array.zeroCreate<int> size
    let densities = Array.zeroCreate<float> size
    let first = Array.head (Tree.leaves weights)
    let rowWeights, rowWeightValues = Target.zeros first.DType [| size |]
    let leaves = Tree.leaves weights |> Array.map (fun leaf -> Array.zeroCreate<float> leaf.Size)

    do
        program.Bind {
            Weights = weights
            Data = data
            Indices = Tensor.view [| size |] indices
            RowWeights = rowWeights
        }

    /// Of this lane's rows, nats.
    member val LogDensity = 0.0 with get, set

    /// Of this lane's rows, (q).
    member val Gradient = Array.zeroCreate<float>(leaves |> Array.sumBy _.Length)

    member private this.AddGradient() =
        let mutable start = 0

        for i in 0 .. leaves.Length - 1 do
            program.ReadOutput(i + 1, Span leaves[i])

            for j in 0 .. leaves[i].Length - 1 do
                this.Gradient[start + j] <- this.Gradient[start + j] + leaves[i][j]

            start <- start + leaves[i].Length

    /// Adds up the blocks first, first + step ….
    member this.Run(first, step) =
        this.LogDensity <- 0.0
        Array.Clear this.Gradient

        for block in first..step .. (rows - 1) / size do
            for i in 0 .. size - 1 do
                let row = block * size + i
                indices[i] <- if row < rows then row else 0
                Target.write rowWeightValues i (if row < rows then 1.0 else 0.0)

            program.Execute()
            program.ReadOutput(0, Span densities)
            this.LogDensity <- this.LogDensity + Array.sum densities

            if program.Outputs > 1 then
                this.AddGradient()

/// One seat after another; each is all lanes' work.
[<Sealed>]
type private SumEvaluation(seats, dimension, team: Team, write: float[] -> unit, lanes: (unit -> float * float[])[]) =
    inherit Evaluation(seats, dimension)
    let position = Array.zeroCreate<float> dimension
    let parts = Array.zeroCreate<float * float[]> lanes.Length

    override _.Seat(_, _) = ()

    override this.Run count =
        for seat in 0 .. count - 1 do
            Array.Copy(this.Positions, seat * dimension, position, 0, dimension)
            write position
            team.Run(lanes.Length, (fun lane -> parts[lane] <- lanes[lane]()))
            // The prior, N(0, 1) of each number.
            let mutable density = 0.0

            for i in 0 .. dimension - 1 do
                density <- density - 0.5 * position[i] * position[i]
                this.Gradients[seat * dimension + i] <- -position[i]

            for partial, gradient in parts do
                density <- density + partial

                for i in 0 .. dimension - 1 do
                    this.Gradients[seat * dimension + i] <- this.Gradients[seat * dimension + i] + gradient[i]

            this.LogDensities[seat] <- density

/// Posteriors given many rows.
[<RequireQualifiedAccess>]
module SumTarget =

    /// Rows of a block, and lanes at most: not functions of the machine.
    let private blockRows, private mostLanes = 512, 8

    /// log N(weights; 0, I) + Σ over all rows of log p(row | weights), unnormalised, by blocks of rows on a team, added up in float64. Positions are the numbers
    /// of a record of tensors as `Vector.ofTree` has them; logLikelihood sees such a record and m of the rows, and gives (m), nats.
    let ofRows (team: Team) (like: 'Weights) (data: 'Data) (logLikelihood: 'Weights -> 'Data -> Tensor) : Target =
        let rows = (Array.head (Tree.leaves data)).Shape[0]
        let size = min blockRows rows
        let lanes = min mostLanes ((rows + size - 1) / size)
        let dimension = Tree.leaves like |> Array.sumBy _.Size
        let weightType = (Array.head (Tree.leaves like)).DType

        let evaluate isWithGradient (block: Block<'Weights, 'Data>) =
            let rows = block.Data |> Tree.map (Tensor.gatherRows block.Indices)

            let total weights =
                let density = logLikelihood weights rows * block.RowWeights
                Tensor.sum density, density

            if isWithGradient then
                let (_, density), gradient = valueAndGradWith total block.Weights
                density :: List.ofArray (Tree.leaves gradient)
            else
                [ snd (total block.Weights) ]

        let evaluation seats isWithGradient =
            let weights, arrays =
                Tree.leaves like
                |> Array.map (fun leaf -> Target.zeros leaf.DType leaf.Shape)
                |> Array.unzip

            let weights = Tree.withLeaves weights like

            let write (position: float[]) =
                let mutable start = 0

                for values in arrays do
                    for i in 0 .. values.Length - 1 do
                        Target.write values i position[start + i]

                    start <- start + values.Length

            let example = {
                Weights = like
                Data = data
                Indices = Tensor.view [| size |] (Array.zeroCreate<int> size)
                RowWeights = fst (Target.zeros weightType [| size |])
            }

            let lanes =
                Program.copies lanes (evaluate isWithGradient) example
                |> Array.mapi (fun i program ->
                    let lane = Lane(program, weights, data, rows, size)

                    fun () ->
                        lane.Run(i, lanes)
                        lane.LogDensity, lane.Gradient)

            SumEvaluation(seats, dimension, team, write, lanes) :> Evaluation

        { Dimension = dimension; Rows = 1; FirstRow = 0; Evaluation = evaluation }
