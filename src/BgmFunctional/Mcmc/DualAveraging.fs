namespace BgmFunctional.Mcmc

/// Nesterov's dual averaging of log step sizes toward an acceptance probability (Hoffman and Gelman 2014, section 3.2; γ 0.05, t₀ 10, κ 0.75).
[<Struct>]
type internal DualAveraging = {
    /// δ.
    Target: float
    /// μ, where log steps are drawn to.
    Attractor: float
    /// t.
    Count: float
    /// H̄, the mean shortfall of acceptance.
    Shortfall: float
    /// log ε, to try next.
    LogStep: float
    /// log ε̄, to keep in the end.
    LogAverage: float
}

[<RequireQualifiedAccess>]
module internal DualAveraging =

    /// A start at a step, which is tried first; the search looks at longer ones, since those are cheap.
    let init target (step: float) = {
        Target = target
        Attractor = log (10.0 * step)
        Count = 0.0
        Shortfall = 0.0
        LogStep = log step
        LogAverage = 0.0
    }

    /// After a transition with this acceptance probability.
    let update acceptance (state: DualAveraging) =
        let count = state.Count + 1.0
        let weight = 1.0 / (count + 10.0)
        let shortfall = (1.0 - weight) * state.Shortfall + weight * (state.Target - acceptance)
        let logStep = state.Attractor - sqrt count / 0.05 * shortfall
        let share = count ** -0.75

        {
            state with
                Count = count
                Shortfall = shortfall
                LogStep = logStep
                LogAverage = share * logStep + (1.0 - share) * state.LogAverage
        }
