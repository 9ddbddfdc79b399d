namespace BgmFunctional.Mcmc

open System

/// How a chain went after its burn-in.
[<NoComparison>]
type ChainReport = {
    /// Mean acceptance probability.
    AcceptanceRate: float
    /// Transitions whose energy error was too large: above 0, a region of high curvature was not visited as it should be.
    Divergences: int
    /// NUTS trees that reached their greatest depth: many mean a step too short for the scale of the posterior.
    Truncated: int
    /// Energy's Bayesian fraction of missing information (Betancourt 2016, arXiv:1604.00695); below 0.3 momenta explore the energies too slowly. NaN
    /// for a random walk.
    Ebfmi: float
    /// The step that burn-in arrived at.
    StepSize: float
    /// (q), the diagonal of the inverse mass matrix that burn-in arrived at.
    InverseMass: float[]
    /// Evaluations of the target, burn-in and first position included.
    Evaluations: int64
}

/// What a report is made from, transition by transition.
[<Sealed>]
type internal Tally() =
    let energies = Moments 1
    let mutable acceptance = 0.0
    let mutable divergences = 0
    let mutable truncated = 0
    let mutable lastEnergy = nan
    let mutable changes = 0.0

    member _.Clear() =
        energies.Clear()
        acceptance <- 0.0
        divergences <- 0
        truncated <- 0
        changes <- 0.0

    /// A transition after burn-in.
    member _.Add(info: Info) =
        if energies.Count > 0 then
            changes <- changes + (info.Energy - lastEnergy) * (info.Energy - lastEnergy)

        lastEnergy <- info.Energy
        energies.Add(ReadOnlySpan<float>(&lastEnergy))
        acceptance <- acceptance + info.AcceptanceProbability
        divergences <- divergences + (if info.IsDivergent then 1 else 0)
        truncated <- truncated + (if info.IsTruncated then 1 else 0)

    member _.Report (tuning: Tuning) evaluations : ChainReport = {
        AcceptanceRate = acceptance / float energies.Count
        Divergences = divergences
        Truncated = truncated
        Ebfmi = changes / float energies.Count / (energies.Variance 0)
        StepSize = tuning.StepSize
        InverseMass = Array.copy tuning.InverseMass
        Evaluations = evaluations
    }
