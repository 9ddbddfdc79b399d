namespace BgmFunctional.Optim

open System

/// How the learning rate changes in the course of a fit.
type Schedule =
    /// The same rate throughout.
    | Constant
    /// Times 0.3 after so many epochs without improvement of the best loss by 1e-4, not below 1e-3 of the start.
    | Plateau of patience: int
    /// Up from a 25th of the rate to the rate itself in the first 30 % of the steps, then down to 1e-4 of the start, both along half a cosine.
    /// Smith and Topin, arXiv:1708.07120, as PyTorch's OneCycleLR has it by default.
    | OneCycle
    /// Down from the rate to 0 along half a cosine. Loshchilov and Hutter, ICLR 2017, arXiv:1608.03983, equation 5, without restarts.
    | Cosine

/// What the losses of some epochs say about the rate; advanced by each epoch's loss.
type ScheduleState = {
    /// Share of the rate that the plateau schedule has left.
    Factor: float
    /// Best loss so far.
    Best: float
    /// Epochs since the best loss, or since the last cut.
    SinceBest: int
    /// Epochs since the best loss, whatever was cut.
    Stalled: int
}

/// Schedules: functions of progress, and folds over the losses of epochs.
[<RequireQualifiedAccess>]
module Schedule =

    /// What counts as an improvement of the loss, nats.
    let improvement = 1e-4

    let private cut = 0.3
    let private floor = 1e-3

    /// From one number to another along half a cosine; t from 0 to 1.
    let private anneal low high t = low + (high - low) * (1.0 - cos (Math.PI * t)) / 2.0

    let private oneCycle progress =
        let rise, first = 0.3, 1.0 / 25.0

        if progress < rise then
            anneal first 1.0 (progress / rise)
        else
            anneal 1.0 (1e-4 * first) ((progress - rise) / (1.0 - rise))

    /// Before the first epoch.
    let init = { Factor = 1.0; Best = infinity; SinceBest = 0; Stalled = 0 }

    /// Share of the learning rate in force; progress is steps done by steps in all, from 0 to 1.
    let factor schedule (progress: float) state =
        match schedule with
        | Constant -> 1.0
        | Plateau _ -> state.Factor
        | OneCycle -> oneCycle progress
        | Cosine -> anneal 1.0 0.0 progress

    /// The same of a schedule that looks at no losses.
    let share schedule progress = factor schedule progress init

    /// After an epoch with this loss.
    let advance schedule loss state =
        let improved = loss < state.Best - improvement

        let counted = {
            state with
                Best = if improved then loss else state.Best
                SinceBest = if improved then 0 else state.SinceBest + 1
                Stalled = if improved then 0 else state.Stalled + 1
        }

        match schedule with
        | Plateau patience when counted.SinceBest >= patience -> {
            counted with
                Factor = max floor (cut * counted.Factor)
                SinceBest = 0
          }
        | Plateau _
        | Constant
        | OneCycle
        | Cosine -> counted

    /// True once the loss has stalled so long; where the rate falls, only once it fell a hundredfold.
    let isSettled schedule patience progress state =
        state.Stalled >= patience
        && (schedule = Constant || factor schedule progress state <= 0.01)
