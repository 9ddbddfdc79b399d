namespace BgmFunctional.Flows

open BgmFunctional.Charts

/// How the epochs of a training stand along an axis.
[<RequireQualifiedAccess>]
type EpochAxis =
    /// Evenly.
    | Linear
    /// By their powers of ten: the first ones, in which most is learned, get as much room as the many that follow.
    | Logarithmic

/// The losses of a training, epoch by epoch.
[<RequireQualifiedAccess>]
module HistoryChart =
    /// Points of a line: more do not show.
    let private most = 300

    /// Epochs to draw, from 1: all, or so many that stand evenly on the axis, the last one among them.
    let private epochs axis count =
        let place i =
            let share = float i / float (most - 1)

            match axis with
            | EpochAxis.Linear -> 1.0 + share * float (count - 1)
            | EpochAxis.Logarithmic -> float count ** share

        if count <= most then
            [ 1..count ]
        else
            List.init most (place >> round >> int) |> List.distinct

    /// A panel for each node; none of a flow without epochs, such as that of a classical fit.
    let figure (axis: EpochAxis) (flow: Flow) : Figure option =
        let history = Array.ofList flow.History
        let epochs = epochs axis history.Length

        let line label (losses: Epoch -> Map<string, float>) node =
            epochs
            |> List.choose (fun epoch ->
                (losses history[epoch - 1]).TryFind node
                |> Option.map (fun loss -> float epoch, loss))
            |> Series.line label

        let hasValidation = history |> Array.exists (fun epoch -> not epoch.Validation.IsEmpty)

        let panel node =
            Panel.plot node "epoch" "negative log-likelihood, nats" [
                line (if hasValidation then "training" else "") _.Training node
                if hasValidation then
                    line "validation" _.Validation node
            ]

        let onAxis panel = if axis.IsLogarithmic then Panel.withLogarithmicX panel else panel

        if history.Length = 0 then
            None
        else
            Dag.names flow.Dag
            |> List.map (panel >> onAxis)
            |> Figure.create "Training"
            |> Figure.withSubtitle
                "Mean negative log-likelihood of each node; a node that has stopped improving leaves the computation, and its line is level."
            |> Some
