namespace BgmFunctional.Optim

/// How the learning rate changes between epochs.
type Schedule =
    /// The same rate throughout.
    | Constant
    /// Times 0.3 after so many epochs without improvement of the best loss by 1e-4, not below 1e-3 of the start.
    | Plateau of patience: int

/// The rate and what decides about it, after some epochs; advanced by each epoch's loss.
type ScheduleState = {
    /// Share of the initial learning rate in force.
    Factor: float
    /// Best loss so far.
    Best: float
    /// Epochs since the best loss, or since the last cut.
    SinceBest: int
    /// Epochs since the best loss, whatever was cut.
    Stalled: int
}

/// Schedules as folds over the losses of epochs.
[<RequireQualifiedAccess>]
module Schedule =

    /// What counts as an improvement of the loss, nats.
    let improvement = 1e-4

    let private cut = 0.3
    let private floor = 1e-3

    /// Before the first epoch.
    let init = { Factor = 1.0; Best = infinity; SinceBest = 0; Stalled = 0 }

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
        | Constant -> counted

    /// True once the loss has stalled so long, under a plateau schedule only after the rate fell a hundredfold.
    let isSettled schedule patience state =
        state.Stalled >= patience
        && match schedule with
           | Constant -> true
           | Plateau _ -> state.Factor <= 0.01
