// y under each dose at the draws of chains, some draws at a time, while the chains run.
namespace BgmFunctional.CausalBgm

open System
open System.Collections.Concurrent
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// Who waits for the outcomes of a chain's draws, under k doses each.
[<NoComparison; NoEquality>]
type internal OutcomeTaker = {
    /// Names the noise of its outcomes, if outcomes are drawn.
    Noise: Key
    /// Takes the number of a draw, an array, and where the draw's k outcomes begin there.
    Take: int -> float[] -> int -> unit
}

/// f applied to a block of draws, of any chains, under every dose, in the data's units; used by one thread at a time.
[<Sealed>]
type internal OutcomeBlock
    (program: Program<Mlp * Tensor, Tensor list>, units: LearningUnits, z: int, doses: float[], size: int) =
    let k = doses.Length
    let rows = size * k
    let treatments = doses |> Array.map (Units.enter units.X >> float32)
    let input = Array.zeroCreate<float32>(rows * (z + 1))
    let means = Array.zeroCreate<float> rows
    let isDrawn = program.Outputs > 1
    let deviations = Array.zeroCreate<float>(if isDrawn then rows else 0)
    let deviates = Array.zeroCreate<float>(if isDrawn then k else 0)
    let takers = Array.zeroCreate<OutcomeTaker> size
    let draws = Array.zeroCreate<int> size
    let mutable count = 0

    /// Outcomes of draw d of the block, with their noise.
    let drawOutcomes d =
        Kernels<float>.Best.Random(Draw.Normal, takers[d].Noise, int64 draws[d] * int64 k, Span deviates)

        for j in 0 .. k - 1 do
            let i = d * k + j
            means[i] <- means[i] + deviates[j] * units.Y.Scale * deviations[i]

    /// Of a draw of f from now on.
    member _.Give(outcome: Mlp) = program.Bind((outcome, Tensor.view [| rows; z + 1 |] input))

    /// A draw of a chain, its number and its latents; its outcomes are taken once the block is full, or flushed.
    member this.Add(taker, draw, position: ReadOnlySpan<float>) =
        takers[count] <- taker
        draws[count] <- draw

        for j in 0 .. k - 1 do
            let row = (count * k + j) * (z + 1)

            for i in 0 .. z - 1 do
                input[row + i] <- float32 position[i]

            input[row + z] <- treatments[j]

        count <- count + 1

        if count = size then
            this.Flush()

    /// Gives all outcomes that are still waited for.
    member _.Flush() =
        if count > 0 then
            program.Execute()
            program.ReadOutput(0, Span means)

            if isDrawn then
                program.ReadOutput(1, Span deviations)

            for i in 0 .. count * k - 1 do
                means[i] <- Units.leave units.Y means[i]

            for d in 0 .. count - 1 do
                if isDrawn then
                    drawOutcomes d

                takers[d].Take draws[d] means (d * k)

            count <- 0

/// Blocks for any draw of the outcome's network, compiled once; doses and outcomes in the data's units.
[<Sealed>]
type internal PotentialOutcomes
    (config: Config, units: LearningUnits, example: Mlp, doses: float[], intervalOf: IntervalOf) =
    let z = config.Latents.Z0 + config.Latents.Z1
    let size = max 1 (512 / doses.Length)
    let idle = ConcurrentBag<OutcomeBlock>()

    let program =
        let apply (outcome, input) =
            let output = Network.applyPlain outcome input

            match intervalOf with
            | IntervalOf.MeanOutcome -> [ Model.means output ]
            | IntervalOf.DrawnOutcome -> [ Model.means output; sqrt (variance config.YVariance output) ]

        Program.compile apply (example, Tensor.fill Float32 [| size * doses.Length; z + 1 |] 0.0)

    /// With a draw of the outcome's network, memory of its own, the program shared.
    member _.Block(outcome: Mlp) =
        let block =
            match idle.TryTake() with
            | true, block -> block
            | _ -> OutcomeBlock(program.Twin(), units, z, doses, size)

        block.Give outcome
        block

    /// A block that nobody needs any more, for another draw of the network.
    member _.Release(block: OutcomeBlock) =
        block.Flush()
        idle.Add block

/// What becomes of a chain's draws: y under every dose, which goes to a taker. The chain's log densities go to an array, from a place on. Kept is the
/// number of draws.
[<Sealed>]
type internal OutcomeKeep(block: OutcomeBlock, taker: OutcomeTaker, densities: float[], start: int) =
    inherit Keep<int>()
    let mutable count = 0

    override _.Add(index, position, logDensity, _) =
        block.Add(taker, index, position)
        densities[start + index] <- logDensity
        count <- count + 1

    override _.End() = count
