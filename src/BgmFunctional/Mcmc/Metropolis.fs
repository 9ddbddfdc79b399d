namespace BgmFunctional.Mcmc

open System

/// Random-walk Metropolis: x' = x + step·N(0, I), accepted with probability min(1, p(x')/p(x)) (Metropolis et al. 1953).
[<Sealed>]
type internal MetropolisKernel(dimension: int) =
    inherit Kernel(dimension)
    let proposal: float[] = Array.zeroCreate dimension

    override this.Begin(logDensity, _) = this.LogDensity <- LogRatio.ofDensity logDensity

    override this.Ask question =
        this.Stream.Normals proposal

        for i in 0 .. proposal.Length - 1 do
            proposal[i] <- this.Position[i] + this.Tuning.StepSize * proposal[i]

        (Span proposal).CopyTo question

    override this.Tell(logDensity, _) =
        let probability = LogRatio.probability (logDensity - this.LogDensity)
        let isAccepted = this.Stream.Uniform() < probability

        if isAccepted then
            proposal.CopyTo(this.Position, 0)
            this.LogDensity <- logDensity

        this.Info <- {
            AcceptanceProbability = probability
            IsAccepted = isAccepted
            IsDivergent = false
            IsTruncated = false
            Energy = nan
        }

        true
