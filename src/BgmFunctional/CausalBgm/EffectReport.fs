namespace BgmFunctional.CausalBgm

open BgmFunctional.Charts

/// A predicted effect as a page that works without a network.
[<RequireQualifiedAccess>]
module EffectReport =

    let private intervalName (prediction: Prediction) =
        let level = $"%g{100.0 * (1.0 - prediction.Alpha)}"

        match prediction.IntervalOf with
        | IntervalOf.MeanOutcome -> $"{level} %% credible interval of mean outcomes"
        | IntervalOf.DrawnOutcome -> $"{level} %% predictive interval of drawn outcomes"

    /// The distribution of individual effects, or the dose-response curve with its band.
    let figure (parts: Parts) (prediction: Prediction) : Figure =
        match prediction.Effect with
        | Effects(ate, _, rows) ->
            [
                Panel.plot "" $"effect of {parts.Treatment} on {parts.Outcome}" "density" [
                    Series.histogram "rows" (rows |> Array.map _.Mean)
                ]
                |> Panel.withReferences [ Reference.Vertical(ate.Mean, "average") ]
            ]
            |> Figure.create "How does the effect differ from row to row?"
            |> Figure.withSubtitle "Posterior mean of each row's own effect"
        | Curve points ->
            [
                Panel.plot "" parts.Treatment $"mean {parts.Outcome}" [
                    Series.band (intervalName prediction) [ for p in points -> p.X, p.Outcome.Low, p.Outcome.High ]
                    Series.line "posterior mean" [ for p in points -> p.X, p.Outcome.Mean ]
                ]
            ]
            |> Figure.create "What would the outcome be under each dose?"
            |> Figure.withSubtitle "The average dose-response function of the rows"

    let private interval (posterior: Posterior) = Cell.Interval(posterior.Mean, posterior.Low, posterior.High)

    let private table (parts: Parts) (prediction: Prediction) =
        match prediction.Effect with
        | Effects(ate, att, _) -> {
            Caption = intervalName prediction
            Header = [ "effect of 1 against 0"; parts.Outcome ]
            Rows = [
                [ Cell.Text "average of all rows (ATE)"; interval ate ]
                match att with
                | Some att -> [ Cell.Text "average of the treated (ATT)"; interval att ]
                | None -> ()
            ]
          }
        | Curve points -> {
            Caption = intervalName prediction
            Header = [ parts.Treatment; $"mean {parts.Outcome}" ]
            Rows = [ for point in points -> [ Cell.Number(point.X, 3); interval point.Outcome ] ]
          }

    /// The page: the effect, warnings, and how the chains went.
    let create (title: string) (model: CausalModel) (prediction: Prediction) : Report =
        let parts = model.Parts

        {
            Title = title
            Subtitle = $"{parts.Treatment} → {parts.Outcome}, {parts.Covariates.Length} covariates"
            Sections = [
                {
                    Heading = "Effect"
                    Blocks =
                        let table, figure = Block.Table(table parts prediction), Block.Figure(figure parts prediction)

                        match prediction.Effect with
                        | Effects _ -> [ table; figure ]
                        | Curve _ -> [ figure; table ]
                }
                {
                    Heading = "Chains"
                    Blocks = [
                        Block.Table {
                            Caption = ""
                            Header = [ "acceptance"; "R-hat"; "effective draws"; "rows with R-hat ≤ 1.01" ]
                            Rows = [
                                [
                                    Cell.Number(prediction.Acceptance, 2)
                                    Cell.Number(prediction.RHat, 3)
                                    Cell.Number(prediction.Ess, 0)
                                    Cell.Number(prediction.RowsConverged, 3)
                                ]
                            ]
                        }
                        yield! prediction.Warnings |> List.map Block.Prose
                    ]
                }
            ]
            Footer =
                let how =
                    match prediction.Fits with
                    | 1 -> $"with seed {model.Provenance.Seed}"
                    | fits -> $"{fits} times, and pooled"

                $"Fitted to {model.Provenance.Rows} rows {how}, version {model.Provenance.Library}."
        }
