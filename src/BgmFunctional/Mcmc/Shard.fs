// Many chains at once: seats at a batch of the target, a chain on each. Chains ask, one run answers all, and each goes on by itself; who has
// made its draws gives its seat to the next, so the batch stays full though some chains need longer trajectories than others.
namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Kernels

/// What is left of a chain.
[<NoComparison; NoEquality>]
type Chain<'Kept> = {
    /// Which one.
    Place: Place
    /// What the fold over its draws made.
    Kept: 'Kept
    /// How it went.
    Report: ChainReport
    /// Where it has ended.
    End: ChainEnd
}

/// A chain on its way from its first position to its last draw.
[<Sealed>]
type internal Walker<'Kept>(options: ChainOptions, key: Key, dimension: int, keep: Place -> Keep<'Kept>) =
    let kernel = Sampler.kernel dimension options.Sampler
    let adaptation = Sampler.adaptation dimension options.BurnIn options.Sampler
    let tally = Tally()
    let isTuning = not options.Start.IsAfter
    let first: float[] = Array.zeroCreate dimension
    let mutable place = { Chain = -1; Row = -1; Shard = -1 }
    let mutable keeper = Unchecked.defaultof<Keep<'Kept>>
    let mutable transitions = -1
    let mutable evaluations = 0L

    member _.Place = place

    /// A new chain, wherever the last one was.
    member _.Begin(chain: Place) =
        place <- chain
        keeper <- keep chain
        transitions <- -1
        evaluations <- 0L
        tally.Clear()
        adaptation.Begin kernel.Tuning
        let own = key.Child(int64 chain.Chain)

        match options.Start with
        | Start.At positions -> Array.Copy(positions, chain.Chain * dimension, first, 0, dimension)
        | Start.StandardNormal -> Kernels<float>.Best.Random(Draw.Normal, own.Child 0L, 0L, Span first)
        | Start.After ends ->
            let before = ends[chain.Chain]
            before.Position.CopyTo(first, 0)
            before.InverseMass.CopyTo(kernel.Tuning.InverseMass, 0)
            kernel.Tuning.StepSize <- before.StepSize

        kernel.Start(own.Child 1L, ReadOnlySpan first)

    member _.Ask(question: Span<float>) =
        if transitions < 0 then
            (Span kernel.Position).CopyTo question
        else
            kernel.Ask question

    /// After a transition: tuning first, then draws.
    member private _.Advance() =
        if transitions < options.BurnIn then
            let info = kernel.Info

            if isTuning then
                adaptation.After(
                    kernel.Tuning,
                    transitions,
                    ReadOnlySpan kernel.Position,
                    info.AcceptanceProbability,
                    info.IsAccepted
                )
        else
            tally.Add kernel.Info
            let draw = transitions - options.BurnIn + 1

            if draw % options.Thin = 0 then
                keeper.Add(draw / options.Thin - 1, ReadOnlySpan kernel.Position, kernel.LogDensity, kernel.Info)

        transitions <- transitions + 1

    /// True once the chain has made its last draw.
    member this.Tell(logDensity, gradient: ReadOnlySpan<float>) =
        evaluations <- evaluations + 1L

        if transitions < 0 then
            kernel.Begin(logDensity, gradient)
            transitions <- 0
        elif kernel.Tell(logDensity, gradient) then
            this.Advance()

        transitions = options.BurnIn + options.Draws

    member _.End() : Chain<'Kept> = {
        Place = place
        Kept = keeper.End()
        Report = tally.Report kernel.Tuning evaluations
        End = {
            Position = Array.copy kernel.Position
            StepSize = kernel.Tuning.StepSize
            InverseMass = Array.copy kernel.Tuning.InverseMass
        }
    }

/// Chains start … stop − 1, on one thread.
[<Sealed>]
type internal Shard<'Kept>
    (
        options: ChainOptions,
        key: Key,
        target: Target,
        keep: Place -> Keep<'Kept>,
        number: int,
        start: int,
        stop: int,
        seats: int
    ) =
    let dimension = target.Dimension
    let needsGradient = Sampler.needsGradient options.Sampler
    let walkers = Array.init (min seats (stop - start)) (fun _ -> Walker(options, key, dimension, keep))
    let mutable evaluation = target.Evaluation walkers.Length needsGradient
    let mutable next = start
    let mutable seated = 0

    let seat i = evaluation.Seat(i, target.FirstRow + walkers[i].Place.Row)

    let admit i =
        walkers[i].Begin { Chain = next; Row = next / options.ChainsPerRow; Shard = number }
        next <- next + 1
        seat i

    /// The last walker takes the seat of one that has no more to do.
    let close i =
        seated <- seated - 1
        let last = walkers[seated]
        walkers[seated] <- walkers[i]
        walkers[i] <- last

        if i < seated then
            seat i

    /// Half the batch once half of the seats are empty, but not to one: some targets evaluate two at least.
    let shrink () =
        if seated > 0 && evaluation.Seats > 2 && seated <= evaluation.Seats / 2 then
            evaluation.Release()
            evaluation <- target.Evaluation (evaluation.Seats / 2) needsGradient

            for i in 0 .. seated - 1 do
                seat i

    member _.Run(ended: Chain<'Kept> -> unit) =
        while seated < walkers.Length do
            admit seated
            seated <- seated + 1

        while seated > 0 do
            options.Cancellation.ThrowIfCancellationRequested()

            for i in 0 .. seated - 1 do
                walkers[i].Ask(Span(evaluation.Positions, i * dimension, dimension))

            evaluation.Run seated

            for i in seated - 1 .. -1 .. 0 do
                let gradient =
                    if needsGradient then
                        ReadOnlySpan(evaluation.Gradients, i * dimension, dimension)
                    else
                        ReadOnlySpan.Empty

                if walkers[i].Tell(evaluation.LogDensities[i], gradient) then
                    ended (walkers[i].End())

                    if next < stop then admit i else close i

            shrink ()

        evaluation.Release()
