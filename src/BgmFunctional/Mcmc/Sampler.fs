namespace BgmFunctional.Mcmc

open System

/// What burn-in learns about a Hamiltonian sampler.
[<RequireQualifiedAccess>]
type Adapt =
    /// Nothing: the step stays, the mass is the identity.
    | Nothing
    /// The step, by dual averaging toward this acceptance probability over 80 % of burn-in.
    | StepSize of acceptance: float
    /// The step, and the diagonal of the mass matrix from the positions in growing windows, as in Stan.
    | StepSizeAndMass of acceptance: float

/// Standard deviation of a random walk's proposal.
[<RequireQualifiedAccess>]
type ProposalSd =
    /// This one, always.
    | Fixed of sd: float
    /// From this one on ×0.9 or ×1.1 every 50 steps of burn-in, toward an acceptance of 0.25 ± 0.05.
    | Adapted of initial: float

/// Settings of Hamiltonian Monte Carlo.
type HmcOptions = {
    /// Leapfrog steps of a transition.
    LeapfrogSteps: int
    /// Step at the start.
    StepSize: float
    /// What burn-in learns.
    Adapt: Adapt
    /// Each transition's step is drawn within ± this share of the step.
    Jitter: float
}

/// Settings of the no-U-turn sampler.
type NutsOptions = {
    /// A tree has at most 2^MaxDepth − 1 leapfrog steps.
    MaxDepth: int
    /// Step at the start.
    StepSize: float
    /// What burn-in learns.
    Adapt: Adapt
}

/// Settings of Hamiltonian Monte Carlo.
[<RequireQualifiedAccess>]
module HmcOptions =
    /// 10 leapfrog steps, first step 0.01, adapted toward acceptance 0.75, no jitter.
    let defaults = {
        LeapfrogSteps = 10
        StepSize = 0.01
        Adapt = Adapt.StepSize 0.75
        Jitter = 0.0
    }

    /// With the step drawn anew within ± 50 % for each transition: without it, trajectories of one length come back to the energy they left, and
    /// R-hat of the log density says so.
    let recommended = { defaults with Jitter = 0.5 }

/// Settings of the no-U-turn sampler.
[<RequireQualifiedAccess>]
module NutsOptions =
    /// Depth 10, first step 0.25, step adapted toward acceptance 0.8, and the mass.
    let defaults = { MaxDepth = 10; StepSize = 0.25; Adapt = Adapt.StepSizeAndMass 0.8 }

/// Kinds of transitions.
type Sampler =
    /// Random walk; needs no gradient.
    | Metropolis of ProposalSd
    /// Trajectories of fixed length.
    | Hmc of HmcOptions
    /// Trajectories as long as is worthwhile.
    | Nuts of NutsOptions

/// Samplers as kernels.
[<RequireQualifiedAccess>]
module Sampler =

    /// True if a sampler needs the target's gradient.
    let needsGradient sampler =
        match sampler with
        | Metropolis _ -> false
        | Hmc _
        | Nuts _ -> true

    /// A kernel on q numbers.
    let kernel dimension sampler : Kernel =
        match sampler with
        | Metropolis _ -> MetropolisKernel dimension
        | Hmc options -> HmcKernel(dimension, options.LeapfrogSteps, options.Jitter)
        | Nuts options -> NutsKernel(dimension, options.MaxDepth)

    let private adapt dimension burnIn initial choice : Adaptation =
        match choice with
        | Adapt.Nothing -> FixedStep initial
        | Adapt.StepSize target -> StepSearch(initial, target, burnIn * 4 / 5)
        | Adapt.StepSizeAndMass target -> StepAndMassSearch(dimension, initial, target, burnIn)

    /// What tunes a sampler's kernel during a burn-in of so many transitions.
    let adaptation dimension burnIn sampler : Adaptation =
        match sampler with
        | Metropolis(ProposalSd.Fixed sd) -> FixedStep sd
        | Metropolis(ProposalSd.Adapted initial) -> AcceptanceWindow initial
        | Hmc options -> adapt dimension burnIn options.StepSize options.Adapt
        | Nuts options -> adapt dimension burnIn options.StepSize options.Adapt

    let private positive name value =
        if value > 0.0 && Double.IsFinite value then
            []
        else
            [ McmcError.BadOption(name, string value, "a positive number") ]

    let private between name low high value =
        if value >= low && value <= high then
            []
        else
            [ McmcError.BadOption(name, string value, $"a whole number from {low} to {high}") ]

    let private target choice =
        match choice with
        | Adapt.Nothing -> []
        | Adapt.StepSize acceptance
        | Adapt.StepSizeAndMass acceptance ->
            if acceptance > 0.0 && acceptance < 1.0 then
                []
            else
                [ McmcError.BadOption("acceptance to adapt toward", string acceptance, "between 0 and 1") ]

    /// Settings outside their range.
    let problems sampler : McmcError list =
        match sampler with
        | Metropolis(ProposalSd.Fixed sd)
        | Metropolis(ProposalSd.Adapted sd) -> positive "proposal sd" sd
        | Hmc options ->
            positive "step size" options.StepSize
            @ between "leapfrog steps" 1 100_000 options.LeapfrogSteps
            @ target options.Adapt
            @ (if options.Jitter >= 0.0 && options.Jitter < 1.0 then
                   []
               else
                   [ McmcError.BadOption("jitter", string options.Jitter, "at least 0 and below 1") ])
        | Nuts options ->
            positive "step size" options.StepSize
            @ between "greatest depth" 1 20 options.MaxDepth
            @ target options.Adapt
