namespace BgmFunctional.Mcmc

open System

/// A point of phase space on its way: position, momentum, and the target's value and gradient there. H = −log p(z) + ½ pᵀM⁻¹p.
[<Sealed>]
type internal PhasePoint(dimension: int) =
    /// (q).
    member val Position: float[] = Array.zeroCreate dimension
    /// (q).
    member val Momentum: float[] = Array.zeroCreate dimension
    /// (q), of log p.
    member val Gradient: float[] = Array.zeroCreate dimension
    /// log p, nats.
    member val LogDensity = -infinity with get, set

    /// Makes this point equal to another.
    member this.Become(other: PhasePoint) =
        other.Position.CopyTo(this.Position, 0)
        other.Momentum.CopyTo(this.Momentum, 0)
        other.Gradient.CopyTo(this.Gradient, 0)
        this.LogDensity <- other.LogDensity

    /// Takes the target's answer at the position.
    member this.Learn(logDensity, gradient: ReadOnlySpan<float>) =
        this.LogDensity <- LogRatio.ofDensity logDensity
        gradient.CopyTo(Span this.Gradient)

/// The leapfrog and what it conserves (Neal 2011, "MCMC using Hamiltonian dynamics"); the mass matrix is diagonal.
[<RequireQualifiedAccess>]
module internal Hamiltonian =

    /// Energy error above which a trajectory counts as divergent, nats (Stan's).
    let greatestError = 1000.0

    /// p ~ N(0, M).
    let drawMomentum (stream: RandomStream) (inverseMass: float[]) (point: PhasePoint) =
        stream.Normals point.Momentum

        for i in 0 .. inverseMass.Length - 1 do
            point.Momentum[i] <- point.Momentum[i] / sqrt inverseMass[i]

    /// H, nats; +∞ where the density is 0, and NaN where the gradient was.
    let energy (inverseMass: float[]) (point: PhasePoint) =
        let mutable twice = 0.0

        for i in 0 .. inverseMass.Length - 1 do
            twice <- twice + inverseMass[i] * point.Momentum[i] * point.Momentum[i]

        0.5 * twice - point.LogDensity

    /// p += step/2·∇log p.
    let kick step (point: PhasePoint) =
        for i in 0 .. point.Momentum.Length - 1 do
            point.Momentum[i] <- point.Momentum[i] + 0.5 * step * point.Gradient[i]

    /// The first half of a leapfrog: p += step/2·∇log p, then z += step·M⁻¹p. The second is a kick, with the gradient at the new place.
    let launch step (inverseMass: float[]) (point: PhasePoint) =
        kick step point

        for i in 0 .. inverseMass.Length - 1 do
            point.Position[i] <- point.Position[i] + step * inverseMass[i] * point.Momentum[i]
