// What is wrong with predictions of treatment and outcome, in words.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Checks

/// Warnings about predictions, in words.
[<RequireQualifiedAccess>]
module internal PredictionWarning =

    /// Distances of distribution functions, and correlations of ranks, that matter: below, no interval is off by more than five points.
    let private leastDistance, leastCorrelation = 0.05, 0.1

    let ofUniformity alpha (check: NodeCheck) = [
        if check.AdjustedP < alpha && check.Distance > leastDistance then
            $"prediction of '{check.Node}': its residuals are not uniform (distance %.3f{check.Distance}); intervals of drawn values are off"
    ]

    let private dependent alpha (check: NodeCheck) =
        check.Parents
        |> List.filter (fun test -> test.AdjustedP < alpha && abs test.Dependence.Correlation >= leastCorrelation)

    /// A treatment on which the outcome's residuals depend, and covariates on which residuals depend, in one line.
    let ofDependence alpha treatment (check: NodeCheck) = [
        let own, covariates = dependent alpha check |> List.partition (fun test -> test.Parent = treatment)

        for test in own do
            $"prediction of '{check.Node}': its residuals depend on '{treatment}' (correlation %.2f{test.Dependence.Correlation}); the effect is off"

        match
            covariates
            |> List.sortByDescending (fun test -> abs test.Dependence.Correlation)
        with
        | [] -> ()
        | strongest :: others ->
            let rest =
                match others.Length with
                | 0 -> ""
                | 1 -> ", and on one covariate more"
                | count -> $", and on {count} covariates more"

            $"prediction of '{check.Node}': its residuals depend on '{strongest.Parent}' (correlation %.2f{strongest.Dependence.Correlation}){rest}; more latents or a longer fit may do"
    ]

    /// Covariates on which both depend.
    let ofConfounding alpha (treatment: NodeCheck) (outcome: NodeCheck) = [
        let names check = dependent alpha check |> List.map _.Parent

        match names treatment |> List.filter (fun name -> List.contains name (names outcome)) with
        | [] -> ()
        | both ->
            let named =
                both
                |> List.truncate 5
                |> List.map (fun name -> $"'{name}'")
                |> String.concat ", "

            let rest = if both.Length > 5 then $" and {both.Length - 5} more" else ""
            $"confounding is left: the residuals of '{treatment.Node}' and of '{outcome.Node}' both depend on {named}{rest}"
    ]

    let ofDiscrepancy level name (discrepancy: Discrepancy) = [
        if discrepancy.P < level then
            $"prediction of '{name}': its {discrepancy.Statistic} is %.3g{discrepancy.Seen} in the data and %.3g{Array.average discrepancy.Drawn} in what the model draws"
    ]

    /// A normal distribution has no value that many rows share.
    let ofAtom name (values: float[]) = [
        let value, count = Predictive.commonest values

        if 20 * count > values.Length then
            $"column '{name}': {count} of {values.Length} rows are exactly %g{value}, which no normal distribution is; means are right, intervals of drawn values are not"
    ]
