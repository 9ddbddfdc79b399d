// y under each dose at the draws of a chain, some draws at a time, while the chain runs.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// f applied to a block of draws under every dose, in the data's units; used by one thread at a time.
[<Sealed>]
type internal OutcomeBlock
    (program: Program<Mlp * Tensor, Tensor list>, units: LearningUnits, outcome: Mlp, z: int, doses: float[], size: int)
    =
    let k = doses.Length
    let rows = size * k
    let treatments = doses |> Array.map (Units.enter units.X >> float32)
    let input = Array.zeroCreate<float32>(rows * (z + 1))
    do program.Bind((outcome, Tensor.view [| rows; z + 1 |] input))

    /// Means of a block, (size, k).
    member val Means = Array.zeroCreate<float> rows

    /// Standard deviations of a block, (size, k), where outcomes are drawn.
    member val Deviations = Array.zeroCreate<float>(if program.Outputs > 1 then rows else 0)

    /// Of the first latents (count, z), row-major.
    member this.Run(latents: float32[], count: int) =
        for d in 0 .. count - 1 do
            for j in 0 .. k - 1 do
                let row = (d * k + j) * (z + 1)
                Array.Copy(latents, d * z, input, row, z)
                input[row + z] <- treatments[j]

        program.Execute()
        program.ReadOutput(0, Span this.Means)

        for i in 0 .. this.Means.Length - 1 do
            this.Means[i] <- Units.leave units.Y this.Means[i]

        if program.Outputs > 1 then
            program.ReadOutput(1, Span this.Deviations)

            for i in 0 .. this.Deviations.Length - 1 do
                this.Deviations[i] <- units.Y.Scale * this.Deviations[i]

/// Blocks for any draw of the outcome's network, compiled once; doses and outcomes in the data's units.
[<Sealed>]
type internal PotentialOutcomes
    (config: Config, units: LearningUnits, example: Mlp, doses: float[], intervalOf: IntervalOf) =
    let z = config.Latents.Z0 + config.Latents.Z1
    let size = max 1 (512 / doses.Length)

    let program =
        let apply (outcome, input) =
            let output = Network.applyPlain outcome input

            match intervalOf with
            | IntervalOf.MeanOutcome -> [ means output ]
            | IntervalOf.DrawnOutcome -> [ means output; sqrt (variance config.YVariance output) ]

        Program.compile apply (example, Tensor.fill Float32 [| size * doses.Length; z + 1 |] 0.0)

    /// With a draw of the outcome's network, memory of its own, the program shared.
    member _.Block(outcome: Mlp) = OutcomeBlock(program.Twin(), units, outcome, z, doses, size)

    /// Latents that f reads: Z₀ and Z₁, which come first in Z.
    member _.Latents = z

    /// Draws of a block.
    member _.Size = size

    /// Doses.
    member _.Doses = doses.Length

/// What becomes of a chain's draws: y under every dose, which goes to take as the draw's number, an array and where its k numbers begin there. Noise, if
/// any, is the chain's own by its key. The chain's log densities go to an array, from a
/// place on. Kept is the number of draws.
[<Sealed>]
type internal OutcomeKeep
    (
        outcomes: PotentialOutcomes,
        block: OutcomeBlock,
        noise: Key,
        take: int -> float[] -> int -> unit,
        densities: float[],
        start: int
    ) =
    inherit Keep<int>()
    let k, z = outcomes.Doses, outcomes.Latents
    let latents = Array.zeroCreate<float32>(outcomes.Size * z)
    let deviates = Array.zeroCreate<float> block.Deviations.Length
    let mutable first = 0
    let mutable count = 0

    member private _.Flush() =
        if count > 0 then
            block.Run(latents, count)

            if deviates.Length > 0 then
                Kernels<float>.Best.Random(Draw.Normal, noise, int64 first * int64 k, Span deviates)

                for i in 0 .. count * k - 1 do
                    block.Means[i] <- block.Means[i] + deviates[i] * block.Deviations[i]

            for d in 0 .. count - 1 do
                take (first + d) block.Means (d * k)

            first <- first + count
            count <- 0

    override this.Add(index, position, logDensity, _) =
        for i in 0 .. z - 1 do
            latents[count * z + i] <- float32 position[i]

        densities[start + index] <- logDensity
        count <- count + 1

        if count = outcomes.Size then
            this.Flush()

    override this.End() =
        this.Flush()
        first
