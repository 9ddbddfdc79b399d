// What an outcome would be if a continuous treatment were set to each of many values: the average effect of a query, read as a curve.
namespace BgmFunctional.Flows

open BgmFunctional.Charts
open BgmFunctional.Data

/// A statistic of an outcome as a function of what a continuous treatment is set to.
type EffectCurve = {
    /// What was asked.
    Query: EffectQuery
    /// The answer, a point of the curve for each value of the query.
    Effect: EffectEstimate
}

/// Curves of effects.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EffectCurve =

    /// Refuses a query that the graph cannot answer by a curve, before there are a model or data.
    let check (query: EffectQuery) (dag: Dag) : Result<unit, FlowError> =
        Effect.check query dag
        |> Result.bind (fun () -> Dag.node query.Treatment dag)
        |> Result.bind (fun node ->
            match node.Kind with
            | Continuous _ -> Ok()
            | Ordinal _ ->
                Error(
                    FlowError.BadOption(
                        "treatment",
                        $"'{query.Treatment}', an ordinal node",
                        "a continuous node; the effect of levels is no curve"
                    )
                ))

    /// The curve of a query: `Effect.average` at many values of a continuous treatment, which share their draws.
    let run team key (query: EffectQuery) (flow: Flow) : Result<EffectCurve, FlowError> =
        check query flow.Dag
        |> Result.bind (fun () -> Effect.average team key query flow)
        |> Result.map (fun effect -> { Query = query; Effect = effect })

    /// The curve with percentile intervals at each value from the refits of a bootstrap, asked with the same draws.
    let withIntervals team key level bootstrap (curve: EffectCurve) : Result<EffectCurve, FlowError> =
        EffectInterval.add team key level bootstrap curve.Query curve.Effect
        |> Result.map (fun effect -> { curve with Effect = effect })

    /// What the treatment is set to at a point.
    let private number (point: ValueEstimate) =
        match point.Value with
        | To value -> value
        | other -> invalidArg (nameof point) $"%A{other} is no number; a continuous treatment takes numbers."

    let private orMissing = Option.defaultValue nan

    /// The curve as a table: value, estimate, low, high, monteCarloError; ends of intervals are missing where there are none.
    let toFrame (curve: EffectCurve) : Frame =
        let numbers pick = curve.Effect.PerValue |> List.map pick |> Array.ofList |> Column.Numeric

        Frame.ofColumns [
            "value", numbers number
            "estimate", numbers _.Estimate
            "low", numbers (_.Low >> orMissing)
            "high", numbers (_.High >> orMissing)
            "monteCarloError", numbers _.MonteCarloError
        ]
        |> Result.defaultWith (DataError.message >> invalidOp)

    let private title (curve: EffectCurve) = $"{Statistic.format curve.Query.Statistic} of {curve.Query.Outcome}"

    let private name (curve: EffectCurve) = $"do({curve.Query.Treatment})"

    /// The curve, with a band where a bootstrap has made one.
    let figure (curve: EffectCurve) : Figure =
        let points = curve.Effect.PerValue |> List.sortBy number
        let hasBand = points |> List.forall (fun point -> point.Low.IsSome && point.High.IsSome)

        [
            Panel.plot "" (name curve) (title curve) [
                if hasBand then
                    Series.band "bootstrap interval" [
                        for point in points -> number point, point.Low.Value, point.High.Value
                    ]
                Series.line (if hasBand then "estimate" else "") [ for point in points -> number point, point.Estimate ]
            ]
        ]
        |> Figure.create "What would the outcome be if we set the treatment?"
        |> Figure.withSubtitle (
            match curve.Query.Population with
            | Some frame -> $"On average over {Frame.rowCount frame} rows"
            | None -> "On average over the model's own population"
        )

    /// A page that works without a network: the curve and its numbers.
    let report heading (curve: EffectCurve) : Report =
        let cell (point: ValueEstimate) =
            match point.Low, point.High with
            | Some low, Some high -> Cell.Interval(point.Estimate, low, high)
            | _ -> Cell.Number(point.Estimate, 4)

        {
            Title = heading
            Subtitle = $"{curve.Query.Treatment} → {curve.Query.Outcome}"
            Sections = [
                {
                    Heading = "Curve"
                    Blocks = [
                        Block.Figure(figure curve)
                        Block.Table {
                            Caption = ""
                            Header = [ name curve; title curve; "Monte Carlo error" ]
                            Rows = [
                                for point in curve.Effect.PerValue ->
                                    [ Cell.Number(number point, 3); cell point; Cell.Number(point.MonteCarloError, 4) ]
                            ]
                        }
                    ]
                }
            ]
            Footer =
                match curve.Effect.Draws with
                | 0 -> "Exact: nothing was drawn."
                | draws -> $"{draws} draws for each value."
        }
