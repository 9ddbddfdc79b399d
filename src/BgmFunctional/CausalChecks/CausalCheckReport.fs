namespace BgmFunctional.CausalChecks

open BgmFunctional.Charts
open BgmFunctional.Checks

/// Checks of a CausalBGM as a page that works without a network.
[<RequireQualifiedAccess>]
module CausalCheckReport =

    let private table caption header rows = Block.Table { Caption = caption; Header = header; Rows = rows }

    let private overlapSection (check: CausalCheck) = {
        Heading = "Overlap"
        Blocks = [
            Block.Prose
                "An effect is learned where rows with like confounders had either treatment. Propensities are P(arm | Z₀), averaged over what is known of a row's Z₀: where one is tiny, the effect of its arm is extrapolated."
            CheckReport.overlapTable check.Overlap
            Block.Figure(CausalCheckFigures.overlap check)
        ]
    }

    let private balanceSection (check: CausalCheck) = {
        Heading = "Balance of the latent confounders"
        Blocks = [
            Block.Prose
                "Means of each arm less those of all rows, in standard deviations. What differs before weighting is the confounding that the model has found. Weighted by 1/propensity arms are alike, but for chance, if the model of the treatment is right."
            table "" [
                "confounder"
                "weighted"
                for arm in check.Overlap.Arms do
                    arm.Label
                "largest difference"
            ] [
                for balance in check.Balance do
                    for name, distances in [ "no", balance.Before; "yes", balance.After ] do
                        [
                            Cell.Text balance.Latent
                            Cell.Text name
                            for distance in distances do
                                Cell.Number(distance, 2)
                            Cell.Number(LatentBalance.largest distances, 2)
                        ]
            ]
            Block.Figure(CausalCheckFigures.balance check)
        ]
    }

    let private coverageTable (check: CausalCheck) =
        table "Share of the rows inside central predictive intervals" [
            "level"
            check.OfTreatment.Fit.Node
            check.OfOutcome.Fit.Node
        ] [
            for (level, ofTreatment), (_, ofOutcome) in List.zip check.OfTreatment.Coverage check.OfOutcome.Coverage do
                [ Cell.Number(level, 2); Cell.Number(ofTreatment, 3); Cell.Number(ofOutcome, 3) ]
        ]

    /// The strongest are shown.
    let private shown = 10

    let private testTable (check: CausalCheck) =
        table "" [ "column"; "residuals"; "statistic"; "p"; "adjusted p" ] [
            for fit in [ check.OfTreatment.Fit; check.OfOutcome.Fit ] do
                [
                    Cell.Text fit.Node
                    Cell.Text "uniform; distance"
                    Cell.Number(fit.Distance, 3)
                    Cell.Number(fit.P, 4)
                    Cell.Number(fit.AdjustedP, 4)
                ]

                for test in fit.Parents |> List.sortBy _.Dependence.P |> List.truncate shown do
                    [
                        Cell.Text fit.Node
                        Cell.Text $"independent of {test.Parent}"
                        Cell.Number(test.Dependence.Correlation, 3)
                        Cell.Number(test.Dependence.P, 4)
                        Cell.Number(test.AdjustedP, 4)
                    ]
        ]

    let private predictionSection (check: CausalCheck) = {
        Heading = "Predictions"
        Blocks = [
            Block.Prose
                "Each row's treatment is predicted from its covariates, its outcome from covariates and treatment; what is predicted plays no part in the prediction. Residuals F(x | v) and F(y | v, x) are uniform, and independent of covariates and treatment, if the model is right; a covariate on which both depend is confounding that is left. Of the tests for covariates, the ten smallest p-values of each are shown."
            coverageTable check
            testTable check
            Block.Figure(CausalCheckFigures.residuals check)
            Block.Figure(CausalCheckFigures.replicated check)
            if not (check.OfTreatment.Discrepancies @ check.OfOutcome.Discrepancies).IsEmpty then
                Block.Figure(CausalCheckFigures.discrepancies check)
            if not check.Calibration.IsEmpty then
                Block.Figure(CausalCheckFigures.calibration check)
        ]
    }

    let private latentSection (check: CausalCheck) = {
        Heading = "Latents"
        Blocks = [
            Block.Prose
                "From prior to posterior: what the rows teach about each latent, given all that is seen of them. Mean and standard deviation are those of all rows' draws, 0 and 1 if these are spread as N(0, 1) says."
            table "" [ "latent"; "moves"; "learned"; "divergence, nats"; "mean"; "sd" ] [
                for latent in check.Latents do
                    [
                        Cell.Text latent.Latent
                        Cell.Text(LatentUse.describe latent.Part)
                        Cell.Number(latent.Learned, 3)
                        Cell.Number(latent.Divergence, 2)
                        Cell.Number(latent.Mean, 2)
                        Cell.Number(latent.Sd, 2)
                    ]
            ]
            Block.Figure(CausalCheckFigures.latents check)
        ]
    }

    let private covariateSection (check: CausalCheck) =
        let sorted = check.Covariates |> List.sortBy _.Explained

        {
            Heading = "Covariates"
            Blocks = [
                Block.Prose
                    "The share of each covariate that the latents explain. One that has nothing to do with treatment and outcome need not be explained; a confounder must be. The noise ratio is 1 where the noise that the model gives all covariates alike is right."
                table (if sorted.Length > shown then $"The {shown} that are explained least" else "") [
                    "covariate"
                    "explained"
                    "noise ratio"
                ] [
                    for covariate in List.truncate shown sorted do
                        [
                            Cell.Text covariate.Covariate
                            Cell.Number(covariate.Explained, 3)
                            Cell.Number(covariate.NoiseRatio, 2)
                        ]
                ]
                Block.Figure(CausalCheckFigures.covariates check)
            ]
        }

    /// The page: warnings, then a section for each kind of check.
    let create (title: string) (check: CausalCheck) : Report = {
        Title = title
        Subtitle =
            $"{check.Parts.Treatment} → {check.Parts.Outcome}, {check.Parts.Covariates.Length} covariates, on {check.Rows} rows"
        Sections = [
            CheckReport.warnings check.Warnings
            overlapSection check
            balanceSection check
            predictionSection check
            latentSection check
            covariateSection check
        ]
        Footer =
            $"Level {check.Alpha} for all tests together (Holm). On rows that the model was fitted to, it looks better than it is."
    }
