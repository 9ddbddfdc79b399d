// What a prediction says.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Data

/// A posterior mean with its interval.
type Posterior = {
    /// Mean of the draws.
    Mean: float
    /// The alpha/2 quantile of the posterior.
    Low: float
    /// The 1 − alpha/2 quantile.
    High: float
}

/// A point of a dose-response curve with its interval.
type DosePosterior = {
    /// The treatment.
    X: float
    /// The outcome averaged over the rows, had all been treated so.
    Outcome: Posterior
}

/// What a treatment does.
type PredictedEffect =
    /// Of a binary treatment, y(1) − y(0): on average, on average over the treated rows if there are any, and on each row.
    | Effects of ate: Posterior * att: Posterior option * rows: Posterior[]
    /// Of a continuous treatment: the average dose-response function.
    | Curve of DosePosterior[]

/// A predicted effect, and whether its chains can be believed.
type Prediction = {
    /// The effect.
    Effect: PredictedEffect
    /// Fits behind it; more than one are pooled.
    Fits: int
    /// What its intervals are of.
    IntervalOf: IntervalOf
    /// Their level is 1 − alpha.
    Alpha: float
    /// Mean acceptance of all chains.
    Acceptance: float
    /// Of the average effect, or the point of the curve where it is largest. Each chain has draws of the weights of its own.
    RHat: float
    /// Effective draws, bulk or tail, of the average effect, or at the point of the curve where they are fewest.
    Ess: float
    /// Share of the rows whose own chains agree: R-hat of their log density is at most 1.01.
    RowsConverged: float
    /// What speaks against the answer, one line each.
    Warnings: string list
}

/// Predictions.
[<RequireQualifiedAccess>]
module Prediction =

    /// The effect as a table: row, mean, low and high of a binary treatment, x, mean, low and high of a continuous one.
    let toFrame (prediction: Prediction) : Frame =
        let columns first (posteriors: Posterior[]) = [
            first
            "mean", Column.Numeric(posteriors |> Array.map _.Mean)
            "low", Column.Numeric(posteriors |> Array.map _.Low)
            "high", Column.Numeric(posteriors |> Array.map _.High)
        ]

        let columns =
            match prediction.Effect with
            | Effects(_, _, rows) ->
                columns ("row", Column.Numeric(Array.init rows.Length (fun i -> float (i + 1)))) rows
            | Curve points -> columns ("x", Column.Numeric(points |> Array.map _.X)) (points |> Array.map _.Outcome)

        match Frame.ofColumns columns with
        | Ok frame -> frame
        | Error error -> invalidOp (DataError.message error)
