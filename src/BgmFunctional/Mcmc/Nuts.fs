// The no-U-turn sampler (Hoffman and Gelman 2014) in its multinomial form (Betancourt 2017, arXiv:1701.02434, appendix A): a trajectory doubles,
// forwards or backwards, until it or one of its balanced subtrees turns back on itself. Without recursion: as in Phan et al. 2019
// (arXiv:1912.11554) a half's leaves come one by one, and only the first leaves of the subtrees that are still open are kept.
namespace BgmFunctional.Mcmc

open System
open System.Numerics

/// First leaves of the open subtrees of a half that grows leaf by leaf.
[<Sealed>]
type internal OpenSubtrees(dimension: int, depth: int) =
    /// Momentum of each.
    member val Momenta: float[][] = Array.init depth (fun _ -> Array.zeroCreate dimension)
    /// Sum of momenta of the half up to it and with it.
    member val Sums: float[][] = Array.init depth (fun _ -> Array.zeroCreate dimension)

    /// Place of the subtree that a leaf opens, if its number is even, or of the innermost one that it closes, if odd.
    static member Place(leaf: int) = BitOperations.PopCount(uint32 leaf >>> 1)

    /// Subtrees that a leaf closes.
    static member Closed(leaf: int) = BitOperations.TrailingZeroCount(~~~leaf)

/// No-U-turn sampler; at most 2^maxDepth − 1 leapfrog steps a transition.
[<Sealed>]
type internal NutsKernel(dimension: int, maxDepth: int) =
    inherit Kernel(dimension)

    // The trajectory: its ends, the sum of its momenta, the log of the sum of its weights exp(H₀ − H), and a draw from its points.
    let backward = PhasePoint dimension
    let forward = PhasePoint dimension
    let momentumSum: float[] = Array.zeroCreate dimension
    let draw = PhasePoint dimension
    let mutable drawEnergy = nan
    let mutable logWeight = 0.0
    let mutable initialEnergy = nan
    let mutable depth = 0
    let mutable isBegun = false
    let mutable isMoved = false
    let mutable evaluations = 0
    let mutable acceptance = 0.0

    // The half that is growing: its newest leaf, and the same for it.
    let leaf = PhasePoint dimension
    let halfSum: float[] = Array.zeroCreate dimension
    let halfDraw = PhasePoint dimension
    let mutable halfDrawEnergy = nan
    let mutable halfLogWeight = -infinity
    let mutable leaves = 0
    let mutable isForward = true
    let subtrees = OpenSubtrees(dimension, maxDepth)

    let add (terms: float[]) (sum: float[]) =
        for i in 0 .. sum.Length - 1 do
            sum[i] <- sum[i] + terms[i]

    /// True if the stretch from a first to a last point no longer grows: at one end M⁻¹p points against the sum of the momenta between, those
    /// of the ends counted half (Betancourt 2017, A.4.2). The sums are those up to each end and with it.
    let isTurning (inverseMass: float[]) (first: float[], sumAtFirst: float[]) (last: float[], sumAtLast: float[]) =
        let mutable atFirst = 0.0
        let mutable atLast = 0.0

        for i in 0 .. inverseMass.Length - 1 do
            let sum = sumAtLast[i] - sumAtFirst[i] + 0.5 * (first[i] - last[i])
            atFirst <- atFirst + inverseMass[i] * first[i] * sum
            atLast <- atLast + inverseMass[i] * last[i] * sum

        not (atFirst > 0.0 && atLast > 0.0)

    /// Keeps what the newest leaf opens; true if a subtree that it closes turns.
    let closesTurning inverseMass =
        let place = OpenSubtrees.Place leaves

        if leaves % 2 = 0 then
            leaf.Momentum.CopyTo(subtrees.Momenta[place], 0)
            halfSum.CopyTo(subtrees.Sums[place], 0)
            false
        else
            let outermost = place - OpenSubtrees.Closed leaves + 1
            let mutable i = place
            let mutable isTurned = false

            while not isTurned && i >= outermost do
                isTurned <- isTurning inverseMass (subtrees.Momenta[i], subtrees.Sums[i]) (leaf.Momentum, halfSum)

                i <- i - 1

            isTurned

    let beginTrajectory stream inverseMass =
        Hamiltonian.drawMomentum stream inverseMass draw
        initialEnergy <- Hamiltonian.energy inverseMass draw
        drawEnergy <- initialEnergy
        backward.Become draw
        forward.Become draw
        draw.Momentum.CopyTo(momentumSum, 0)
        logWeight <- 0.0
        depth <- 0
        isMoved <- false
        evaluations <- 0
        acceptance <- 0.0

    /// Another half, as long as the trajectory, from the end that a coin chooses.
    let beginHalf (stream: RandomStream) =
        isForward <- stream.Uniform() < 0.5
        leaf.Become(if isForward then forward else backward)
        Array.Clear halfSum
        halfLogWeight <- -infinity
        leaves <- 0

    /// Adds the newest leaf to its half, whose draw it becomes with its share of the half's weight.
    let addLeaf (stream: RandomStream) energy =
        let leafLogWeight = initialEnergy - energy
        add leaf.Momentum halfSum
        halfLogWeight <- LogRatio.add halfLogWeight leafLogWeight

        if stream.Uniform() < exp (leafLogWeight - halfLogWeight) then
            halfDraw.Become leaf
            halfDrawEnergy <- energy

    /// Joins a whole half to the trajectory; the draw comes from the new half with the probability that favours it most.
    let joinHalf (stream: RandomStream) =
        if stream.Uniform() < exp (halfLogWeight - logWeight) then
            draw.Become halfDraw
            drawEnergy <- halfDrawEnergy
            isMoved <- true

        logWeight <- LogRatio.add logWeight halfLogWeight
        add halfSum momentumSum
        (if isForward then forward else backward).Become leaf
        depth <- depth + 1

    member private this.End(isDivergent, isTruncated) =
        draw.Position.CopyTo(this.Position, 0)
        this.LogDensity <- draw.LogDensity

        this.Info <- {
            AcceptanceProbability = acceptance / float evaluations
            IsAccepted = isMoved
            IsDivergent = isDivergent
            IsTruncated = isTruncated
            Energy = drawEnergy
        }

        isBegun <- false
        true

    override this.Begin(logDensity, gradient) =
        this.Position.CopyTo(draw.Position, 0)
        draw.Learn(logDensity, gradient)
        this.LogDensity <- draw.LogDensity
        isBegun <- false

    override this.Ask question =
        let inverseMass = this.Tuning.InverseMass

        if not isBegun then
            beginTrajectory this.Stream inverseMass
            beginHalf this.Stream
            isBegun <- true

        let step = if isForward then this.Tuning.StepSize else -this.Tuning.StepSize
        Hamiltonian.launch step inverseMass leaf
        (Span leaf.Position).CopyTo question

    override this.Tell(logDensity, gradient) =
        let inverseMass = this.Tuning.InverseMass
        leaf.Learn(logDensity, gradient)
        Hamiltonian.kick (if isForward then this.Tuning.StepSize else -this.Tuning.StepSize) leaf
        let energy = Hamiltonian.energy inverseMass leaf
        evaluations <- evaluations + 1
        acceptance <- acceptance + LogRatio.probability (initialEnergy - energy)

        if not (energy - initialEnergy <= Hamiltonian.greatestError) then
            this.End(true, false)
        else
            addLeaf this.Stream energy

            if closesTurning inverseMass then
                this.End(false, false)
            else
                leaves <- leaves + 1

                if leaves < (1 <<< depth) then
                    false
                else
                    joinHalf this.Stream

                    if isTurning inverseMass (backward.Momentum, backward.Momentum) (forward.Momentum, momentumSum) then
                        this.End(false, false)
                    elif depth = maxDepth then
                        this.End(false, true)
                    else
                        beginHalf this.Stream
                        false
