// What holes may hold at the draws of a chain, some draws at a time, while the chain runs.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// A block of draws of one row's z with the row, (1, p), and the noise its cells are drawn with.
type internal DecoderInput = { Z: Tensor; Row: Cells; Deviates: Tensor }

/// The decoder applied to blocks of draws; used by one thread at a time.
[<Sealed>]
type internal DecoderBlock
    (program: Program<DecoderInput, Tensor list>, size: int, latents: int, columns: int, width: int) =
    let z = Array.zeroCreate<float32>(size * latents)
    let values, seen = Array.zeroCreate<float32> columns, Array.zeroCreate<float32> columns
    let deviates = Array.zeroCreate<float32>(size * width)

    do
        program.Bind {
            Z = Tensor.view [| size; latents |] z
            Row = {
                Values = Tensor.view [| 1; columns |] values
                Seen = Some(Tensor.view [| 1; columns |] seen)
            }
            Deviates = Tensor.view [| size; width |] deviates
        }

    /// Draws of a block.
    member _.Size = size

    /// Means of the cells at each draw of z, (size, p).
    member val Means = Array.zeroCreate<float>(size * columns)

    /// Cells drawn at each draw of z, (size, p).
    member val Drawn = Array.zeroCreate<float>(size * columns)

    /// Of z (size, q), for this row: (p) its values, NaN in holes; noise number n of a key.
    member this.Run(draws: float32[], row: float32[], noise: Key, n: int64) =
        draws.CopyTo(z, 0)

        for j in 0 .. columns - 1 do
            let isHole = Single.IsNaN row[j]
            values[j] <- if isHole then 0.0f else row[j]
            seen[j] <- if isHole then 0.0f else 1.0f

        Kernels<float32>.Best.Random(Draw.Normal, noise, n * int64 deviates.Length, Span deviates)
        program.Execute()
        program.ReadOutput(0, Span this.Means)
        program.ReadOutput(1, Span this.Drawn)

/// Decoders of one generator, compiled once.
[<Sealed>]
type internal Decoder(config: Config, generator: Mlp, columns: int) =
    let size = 128
    let width = columns + Covariance.rank config.Covariance
    let zeros shape = Tensor.fill Float32 shape 0.0

    let program =
        let decode (input: DecoderInput) =
            let gaussian = Model.gaussian config (Network.applyPlain generator input.Z)
            let mean, drawn = Gaussian.complete gaussian input.Row input.Deviates
            [ mean; drawn ]

        Program.compile decode {
            Z = zeros [| size; config.Latents |]
            Row = { Values = zeros [| 1; columns |]; Seen = Some(zeros [| 1; columns |]) }
            Deviates = zeros [| size; width |]
        }

    /// Memory of its own, the program shared.
    member _.Block() = DecoderBlock(program.Twin(), size, config.Latents, columns, width)

/// What becomes of a chain's draws: take gets each one's number and where the block that holds it has its cells. Noise is the chain's own by its key. The
/// chain's log densities are kept.
[<Sealed>]
type internal HoleKeep
    (block: DecoderBlock, latents: int, row: float32[], noise: Key, take: int -> int -> unit, densities: float[]) =
    inherit Keep<float[]>()
    let z = Array.zeroCreate<float32>(block.Size * latents)
    let mutable first = 0
    let mutable count = 0

    member private _.Flush() =
        if count > 0 then
            block.Run(z, row, noise, int64 (first / block.Size))

            for d in 0 .. count - 1 do
                take (first + d) (d * row.Length)

            first <- first + count
            count <- 0

    override this.Add(index, position, logDensity, _) =
        for i in 0 .. latents - 1 do
            z[count * latents + i] <- float32 position[i]

        densities[index] <- logDensity
        count <- count + 1

        if count = block.Size then
            this.Flush()

    override this.End() =
        this.Flush()
        densities
