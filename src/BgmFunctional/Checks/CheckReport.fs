namespace BgmFunctional.Checks

open BgmFunctional.Charts

/// Checks as a page that works without a network.
[<RequireQualifiedAccess>]
module CheckReport =

    let private p value = Cell.Number(value, 4)

    let private verdict isBad = Cell.Text(if isBad then "doubtful" else "no objection")

    let internal overlapTable (overlap: Overlap) =
        Block.Table {
            Caption = $"Propensities of {overlap.Treatment}; scarce: below {overlap.Bound:G3}"
            Header = [ "arm"; "rows"; "least"; "5 %"; "median"; "95 %"; "greatest"; "scarce rows"; "effective rows" ]
            Rows = [
                for arm in overlap.Arms do
                    [
                        Cell.Text arm.Label
                        Cell.Number(float arm.Rows, 0)
                        yield!
                            Arm.quantiles [ 0.0; 0.05; 0.5; 0.95; 1.0 ] arm
                            |> List.map (fun quantile -> Cell.Number(quantile, 3))
                        Cell.Number(float arm.Scarce, 0)
                        Cell.Number(arm.EffectiveRows, 1)
                    ]
            ]
        }

    let private overlapSection (overlaps: Overlap list) = {
        Heading = "Overlap"
        Blocks = [
            Block.Prose
                "An effect is learned where rows of like parents had either treatment. Where the model gives an arm a tiny propensity, its effect is extrapolated, and weights that would make up for it let few rows decide."
            for overlap in overlaps do
                overlapTable overlap
                Block.Figure(CheckFigures.overlap overlap)
        ]
    }

    let private fitSection (check: ModelCheck) = {
        Heading = "Fit of the nodes"
        Blocks = [
            Block.Prose
                "Residuals F(x | parents) are uniform and independent of the parents if a node's model is right; an ordinal node's lie at random within its level's interval. The test of the distribution is that of Kolmogorov and Smirnov, that of a parent looks for a trend or a bend. On rows that the model was fitted to, p-values are too large: held-out rows test it better."
            Block.Table {
                Caption = ""
                Header = [ "node"; "residuals"; "distance"; "p"; "adjusted p"; "" ]
                Rows = [
                    for node in check.Nodes do
                        [
                            Cell.Text node.Node
                            Cell.Text "uniform"
                            Cell.Number(node.Distance, 4)
                            p node.P
                            p node.AdjustedP
                            verdict (node.AdjustedP < check.Options.Alpha)
                        ]

                        for parent in node.Parents do
                            [
                                Cell.Text node.Node
                                Cell.Text $"independent of {parent.Parent}"
                                Cell.Number(nan, 4)
                                p parent.Dependence.P
                                p parent.AdjustedP
                                verdict (parent.AdjustedP < check.Options.Alpha)
                            ]
                ]
            }
            Block.Figure(CheckFigures.fit check.Nodes)
        ]
    }

    let private independenceSection (check: ModelCheck) = {
        Heading = "Independences of the graph"
        Blocks = [
            if check.Independences.IsEmpty then
                Block.Prose
                    "Every two nodes are joined by an arrow, so that the graph implies no independence: no data can speak against it."
            else
                Block.Prose
                    "A missing arrow says that two nodes are independent given the parents of the later one. Each is tested on the data alone, whatever the model: a small p speaks against the graph. The test sees trends and bends in ranks; a large p is no proof."

                Block.Table {
                    Caption = ""
                    Header = [ "nodes"; "given"; "correlation"; "p"; "adjusted p"; "" ]
                    Rows = [
                        for independence in check.Independences do
                            let claim = independence.Claim

                            [
                                Cell.Text $"{claim.Earlier}, {claim.Later}"
                                Cell.Text(String.concat ", " claim.Given)
                                Cell.Number(independence.Dependence.Correlation, 3)
                                p independence.Dependence.P
                                p independence.AdjustedP
                                verdict (independence.AdjustedP < check.Options.Alpha)
                            ]
                    ]
                }
        ]
    }

    /// The first section of a page of checks.
    let internal warnings (lines: string list) = {
        Heading = "Warnings"
        Blocks =
            match lines with
            | [] -> [ Block.Prose "None: nothing that these tests can see speaks against the model." ]
            | lines -> List.map Block.Prose lines
    }

    /// The page: warnings, then a section for each kind of check.
    let create (title: string) (check: ModelCheck) : Report = {
        Title = title
        Subtitle = $"Overlap, fit and implied independences, on {check.Rows} rows"
        Sections = [
            warnings check.Warnings
            if not check.Overlaps.IsEmpty then
                overlapSection check.Overlaps
            fitSection check
            independenceSection check
        ]
        Footer =
            $"Level {check.Options.Alpha} for the tests of fit together and for the independences together (Holm); seed {check.Options.Seed}."
    }
