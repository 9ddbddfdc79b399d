// The contract of samplers. A kernel is one chain that asks for its target at one point at a time, so that whoever runs many chains can answer
// them all with one batch, though one is at the third step of its tree and another at the seventieth.
namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Kernels

/// What one transition says of itself. Oddities are data here, never exceptions.
[<Struct>]
type Info = {
    /// Of the proposal; the mean over the new points of a NUTS tree. NaN never appears: what cannot be compared has probability 0.
    AcceptanceProbability: float
    /// True if the chain has moved.
    IsAccepted: bool
    /// The energy error exceeded 1000 nats or was NaN: the step is too long for the curvature there.
    IsDivergent: bool
    /// A NUTS tree that reached its greatest depth without turning.
    IsTruncated: bool
    /// Hamiltonian of the new state, nats; NaN for a random walk.
    Energy: float
}

/// What adaptation sets and a kernel follows.
[<Sealed>]
type Tuning(dimension: int) =
    /// Standard deviation of a random walk's proposal, or step of a leapfrog.
    member val StepSize = 1.0 with get, set

    /// (q), the diagonal of the inverse mass matrix of Hamiltonian samplers: the variance of the target, roughly.
    member val InverseMass: float[] = Array.create dimension 1.0

/// One chain. After Start the target is asked at Position and the answer given to Begin; from then on each Ask writes where the target
/// is to be evaluated, and each Tell takes the answer and says whether it completed a transition. Adapt.Nothing allocates.
[<AbstractClass>]
type Kernel(dimension: int) =
    /// q.
    member _.Dimension = dimension

    /// Step and mass; between two transitions anybody may change them.
    member val Tuning = Tuning dimension

    /// The chain's random numbers.
    member val Stream = RandomStream()

    /// (q), the state.
    member val Position: float[] = Array.zeroCreate dimension

    /// The target at the state, kept so that it is never computed twice; valid for the target it came from only. NaN counts as −∞.
    member val LogDensity = -infinity with get, set

    /// Of the last transition.
    member val Info = Unchecked.defaultof<Info> with get, set

    /// A new chain, with random numbers and a first position of its own.
    member this.Start(key: Key, position: ReadOnlySpan<float>) =
        this.Stream.Begin key
        position.CopyTo(Span this.Position)

    /// The answer at the first position.
    abstract Begin: logDensity: float * gradient: ReadOnlySpan<float> -> unit

    /// Where the target is to be evaluated next, (q).
    abstract Ask: question: Span<float> -> unit

    /// The target there, nats, and its gradient (q), empty for kernels that need none; true if a transition is complete.
    abstract Tell: logDensity: float * gradient: ReadOnlySpan<float> -> bool

/// Comparisons of log densities.
[<RequireQualifiedAccess>]
module internal LogRatio =
    /// min(1, eʳ), 0 if r is NaN.
    let probability (r: float) = if Double.IsNaN r then 0.0 else exp (min 0.0 r)

    /// log(eᵃ + eᵇ), without overflow.
    let add (a: float) (b: float) =
        let high, low = max a b, min a b

        if Double.IsNegativeInfinity high then
            high
        else
            high + Math.Log(1.0 + exp (low - high))

    /// −∞ for NaN: a point whose density is unknown is not visited.
    let ofDensity (logDensity: float) = if Double.IsNaN logDensity then -infinity else logDensity
