namespace BgmFunctional.Flows

open BgmFunctional.Charts

/// The coefficients of linear shifts as a forest, with 95 % intervals after a classical fit.
[<RequireQualifiedAccess>]
module CoefficientChart =
    /// An estimate and the node that it moves.
    type private Row = { Node: string; Interval: Interval }

    /// One unit of a parent may be a dollar or a decade: effects of continuous parents are those of a standard deviation.
    let private row (flow: Flow) node parent level (estimate, low, high) =
        let factor, label =
            match level with
            | Some level -> 1.0, $"{parent}: {level}"
            | None -> flow.Scales[parent].StandardDeviation, $"{parent}, per SD"

        {
            Node = node
            Interval = {
                Label = label
                Estimate = factor * estimate
                Lower = factor * low
                Upper = factor * high
            }
        }

    let private rows (flow: Flow) =
        match Inference.summaries [] flow with
        | Ok nodes -> [
            for node in nodes do
                for effect in node.Effects do
                    row flow effect.Node effect.Term effect.Level (effect.Estimate, effect.Low, effect.High)
          ]
        | Error _ -> [
            for effect in Coefficient.all flow do
                row flow effect.Node effect.Parent effect.Level (effect.Estimate, nan, nan)
          ]

    /// A panel for each node with linear shifts; none if there are no such nodes.
    let figure (flow: Flow) : Figure option =
        let intervals = if flow.Inference.IsEmpty then "" else ", with 95 % intervals"

        let panel (node, rows) =
            Panel.forest $"→ {node}" "" [ "", rows |> List.map _.Interval ]
            |> Panel.withReferences [ Reference.Vertical(0.0, "") ]

        match rows flow |> List.groupBy _.Node with
        | [] -> None
        | nodes ->
            Figure.create "Linear shifts" (List.map panel nodes)
            |> Figure.withColumns 1
            |> Figure.withSubtitle
                $"Log-odds{intervals}: per standard deviation (SD) of a continuous parent, against the lowest level of an ordinal one. Positive ones move an ordinal node up and a continuous node down."
            |> Some
