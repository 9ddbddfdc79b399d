namespace BgmFunctional.CausalChecks

open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Checks
open BgmFunctional.Numerics

/// Checks to look at.
[<RequireQualifiedAccess>]
module CausalCheckFigures =

    /// The propensities of each arm given the latent confounders.
    let overlap (check: CausalCheck) : Figure = CheckFigures.overlap check.Overlap

    let private point label value = { Label = label; Estimate = value; Lower = nan; Upper = nan }

    /// The largest difference between arms in each latent confounder, before and after weighting.
    let balance (check: CausalCheck) : Figure =
        let series pick =
            check.Balance
            |> List.map (fun balance -> point balance.Latent (LatentBalance.largest (pick balance)))

        [
            Panel.forest "" "largest difference between arms, standard deviations" [
                "as they are", series _.Before
                "weighted by 1/propensity", series _.After
            ]
            |> Panel.withReferences [
                Reference.Vertical(0.0, "")
                Reference.Vertical(LatentBalance.mostImbalance, "0.1")
            ]
        ]
        |> Figure.create $"How much do the latent confounders differ between arms of {check.Parts.Treatment}?"
        |> Figure.withSubtitle
            "Weighting removes what the model of the treatment explains: what stays is misfit, or chance."

    /// Where rows fall in the distributions that the model predicts for them.
    let residuals (check: CausalCheck) : Figure =
        CheckFigures.uniform [ "x | v", check.OfTreatment.Fit; "y | v, x", check.OfOutcome.Fit ]

    /// What is seen beside what the model draws; the outcome by arms of a binary treatment.
    let replicated (check: CausalCheck) : Figure =
        let panel title isShown (column: PredictiveCheck) =
            let rows (values: float[]) = values |> Array.indexed |> Array.filter (fst >> isShown) |> Array.map snd

            Samples.histograms title column.Fit.Node [
                "seen", rows column.Seen
                "drawn by the model", rows column.Replicated
            ]

        match check.Treatment with
        | Binary -> [
            for arm in [ 0.0; 1.0 ] do
                panel $"{check.Parts.Treatment} = {arm}" (fun i -> check.OfTreatment.Seen[i] = arm) check.OfOutcome
          ]
        | Continuous -> [
            panel "treatment" (fun _ -> true) check.OfTreatment
            panel "outcome" (fun _ -> true) check.OfOutcome
          ]
        |> Figure.create "Does the model draw rows like those seen?"
        |> Figure.withSubtitle "Each row once, from its covariates, the outcome from its treatment too."

    /// Numbers that describe all rows, in replications and as seen.
    let discrepancies (check: CausalCheck) : Figure =
        [
            for column in [ check.OfTreatment; check.OfOutcome ] do
                for discrepancy in column.Discrepancies do
                    Panel.plot $"{discrepancy.Statistic} of {column.Fit.Node}" "" "density" [
                        Series.histogram "replications by the model" discrepancy.Drawn
                    ]
                    |> Panel.withReferences [ Reference.Vertical(discrepancy.Seen, "seen") ]
        ]
        |> Figure.create "Do numbers of all rows lie where the model's replications have them?"
        |> Figure.withColumns 3

    /// Whether of the rows with a propensity p, a share p had the treatment.
    let calibration (check: CausalCheck) : Figure =
        let share (group: CalibrationGroup) = group.Predicted

        let half (group: CalibrationGroup) =
            Normal.upper975 * sqrt (share group * (1.0 - share group) / float group.Rows)

        [
            Panel.plot "" $"predicted P({check.Parts.Treatment} = 1 | v)" "share that had it" [
                Series.band "95 % of shares, if the model is right" [
                    for group in check.Calibration ->
                        share group, max 0.0 (share group - half group), min 1.0 (share group + half group)
                ]
                Series.points "tenths of the rows" [ for group in check.Calibration -> share group, group.Seen ]
            ]
            |> Panel.withReferences [ Reference.Diagonal ]
        ]
        |> Figure.create $"Is {check.Parts.Treatment} as probable as the model says?"

    /// What the rows teach about each latent.
    let latents (check: CausalCheck) : Figure =
        [
            Panel.bars "" "latent" "1 − posterior variance / prior variance" [
                for latent in check.Latents -> latent.Latent
            ] [ "", [ for latent in check.Latents -> latent.Learned ] ]
            |> Panel.withReferences [ Reference.Horizontal(1.0, "known") ]
        ]
        |> Figure.create "What do the rows teach about each latent?"
        |> Figure.withSubtitle
            "At 0 the posterior is the prior, and the latent is unused; at 1 a row's latent is known."

    /// The share of each covariate that the latents explain.
    let covariates (check: CausalCheck) : Figure =
        [
            Panel.plot "" "share explained" "density" [
                Series.histogram "covariates" [ for covariate in check.Covariates -> covariate.Explained ]
            ]
        ]
        |> Figure.create "How much of each covariate do the latents explain?"
