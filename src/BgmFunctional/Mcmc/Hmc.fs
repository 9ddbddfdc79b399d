namespace BgmFunctional.Mcmc

open System

/// Hamiltonian Monte Carlo with a fixed number of leapfrog steps (Duane et al. 1987; Neal 2011). jitter 0.2 draws each transition's step
/// uniformly within ±20 % of the tuned one, which keeps periodic trajectories from returning to where they started.
[<Sealed>]
type internal HmcKernel(dimension: int, leapfrogSteps: int, jitter: float) =
    inherit Kernel(dimension)
    let here = PhasePoint dimension
    let trial = PhasePoint dimension
    let mutable steps = 0
    let mutable energy = nan
    let mutable step = 0.0

    override this.Begin(logDensity, gradient) =
        this.Position.CopyTo(here.Position, 0)
        here.Learn(logDensity, gradient)
        this.LogDensity <- here.LogDensity
        steps <- 0

    override this.Ask question =
        let inverseMass = this.Tuning.InverseMass

        if steps = 0 then
            Hamiltonian.drawMomentum this.Stream inverseMass here
            energy <- Hamiltonian.energy inverseMass here
            trial.Become here
            step <- this.Tuning.StepSize

            if jitter > 0.0 then
                step <- step * (1.0 + jitter * (2.0 * this.Stream.Uniform() - 1.0))

        Hamiltonian.launch step inverseMass trial
        (Span trial.Position).CopyTo question

    override this.Tell(logDensity, gradient) =
        trial.Learn(logDensity, gradient)
        Hamiltonian.kick step trial
        steps <- steps + 1

        // From a place of no density there is no way on, in either direction.
        let isStranded = Double.IsNegativeInfinity trial.LogDensity

        if steps < leapfrogSteps && not isStranded then
            false
        else
            let proposed = Hamiltonian.energy this.Tuning.InverseMass trial
            let probability = LogRatio.probability (energy - proposed)
            let isAccepted = this.Stream.Uniform() < probability

            if isAccepted then
                here.Become trial
                trial.Position.CopyTo(this.Position, 0)
                this.LogDensity <- trial.LogDensity

            this.Info <- {
                AcceptanceProbability = probability
                IsAccepted = isAccepted
                IsDivergent = not (proposed - energy <= Hamiltonian.greatestError)
                IsTruncated = false
                Energy = if isAccepted then proposed else energy
            }

            steps <- 0
            true
