// What tunes a kernel during burn-in, and leaves it alone afterwards. Each chain is tuned by its own transitions only: its posterior may differ
// from its neighbour's, and its draws must not depend on how many others ran beside it.
namespace BgmFunctional.Mcmc

open System

/// Tunes one chain after each transition of its burn-in. Adapt.Nothing allocates.
[<AbstractClass>]
type Adaptation() =
    /// A new chain begins.
    abstract Begin: tuning: Tuning -> unit

    /// After transition number `step` of the burn-in, from 0, which led to a position.
    abstract After:
        tuning: Tuning * step: int * position: ReadOnlySpan<float> * acceptance: float * isAccepted: bool -> unit

/// The step it begins with, to the end.
[<Sealed>]
type internal FixedStep(initial: float) =
    inherit Adaptation()

    override _.Begin tuning =
        tuning.StepSize <- initial
        Array.Fill(tuning.InverseMass, 1.0)

    override _.After(_, _, _, _, _) = ()

/// Every 50 steps, ×0.9 if the last 100 steps accepted less than 20 %, ×1.1 if more than 30 %.
[<Sealed>]
type internal AcceptanceWindow(initial: float) =
    inherit Adaptation()
    let mutable before = -1
    let mutable latest = 0

    override _.Begin tuning =
        tuning.StepSize <- initial
        Array.Fill(tuning.InverseMass, 1.0)
        before <- -1
        latest <- 0

    override _.After(tuning, step, _, _, isAccepted) =
        latest <- latest + (if isAccepted then 1 else 0)

        if (step + 1) % 50 = 0 then
            let rate = if before < 0 then float latest / 50.0 else float (before + latest) / 100.0

            if rate < 0.20 then
                tuning.StepSize <- 0.9 * tuning.StepSize
            elif rate > 0.30 then
                tuning.StepSize <- 1.1 * tuning.StepSize

            before <- latest
            latest <- 0

/// Dual averaging of the step over the first transitions; its average from then on.
[<Sealed>]
type internal StepSearch(initial: float, target: float, length: int) =
    inherit Adaptation()
    let mutable search = DualAveraging.init target initial

    override _.Begin tuning =
        search <- DualAveraging.init target initial
        tuning.StepSize <- initial
        Array.Fill(tuning.InverseMass, 1.0)

    override _.After(tuning, step, _, acceptance, _) =
        if step < length then
            search <- DualAveraging.update acceptance search
            tuning.StepSize <- exp (if step = length - 1 then search.LogAverage else search.LogStep)

/// When a burn-in learns the variances of the target: Stan's windows.
type internal Windows = {
    /// The first transition whose position counts.
    First: int
    /// After the last transition of each window its variances become the inverse mass.
    Ends: int list
}

[<RequireQualifiedAccess>]
module internal Windows =

    /// 75 transitions for the step alone, windows of 25, 50, 100 …, the last as long as it takes, and 50 for the step again; in
    /// short burn-ins 15 %, one window and 10 %; below 20 none (Stan reference manual, "Automatic parameter tuning").
    let ofBurnIn burnIn =
        let first, last =
            if burnIn >= 150 then
                75, burnIn - 50
            else
                burnIn * 15 / 100, burnIn - burnIn / 10

        let rec ends start length =
            if start + 3 * length > last then
                [ last - 1 ]
            else
                start + length - 1 :: ends (start + length) (2 * length)

        if burnIn < 20 then { First = burnIn; Ends = [] }
        elif burnIn < 150 then { First = first; Ends = [ last - 1 ] }
        else { First = first; Ends = ends first 25 }

/// Dual averaging of the step throughout, begun anew with each new inverse mass.
[<Sealed>]
type internal StepAndMassSearch(dimension: int, initial: float, target: float, burnIn: int) =
    inherit Adaptation()
    let windows = Windows.ofBurnIn burnIn
    let ends = List.toArray windows.Ends
    let lastOf = if ends.Length = 0 then -1 else ends[ends.Length - 1]
    let moments = Moments dimension
    let mutable search = DualAveraging.init target initial

    /// The variances, drawn toward 10⁻³ as if by five more positions (Stan's regularisation).
    let setMass (tuning: Tuning) =
        let n = float moments.Count

        for i in 0 .. tuning.InverseMass.Length - 1 do
            tuning.InverseMass[i] <- (n * moments.Variance i + 5e-3) / (n + 5.0)

    override _.Begin tuning =
        search <- DualAveraging.init target initial
        tuning.StepSize <- initial
        Array.Fill(tuning.InverseMass, 1.0)
        moments.Clear()

    override _.After(tuning, step, position, acceptance, _) =
        search <- DualAveraging.update acceptance search
        tuning.StepSize <- exp search.LogStep

        if step >= windows.First && step <= lastOf then
            moments.Add position

            if Array.contains step ends then
                setMass tuning
                moments.Clear()
                search <- DualAveraging.init target tuning.StepSize

        if step = burnIn - 1 then
            tuning.StepSize <- exp search.LogAverage
