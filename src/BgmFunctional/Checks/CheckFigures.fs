namespace BgmFunctional.Checks

open BgmFunctional.Charts
open BgmFunctional.Flows
open BgmFunctional.Numerics

/// Checks to look at.
[<RequireQualifiedAccess>]
module CheckFigures =

    /// Bars of equal width from 0 on.
    let private bins count top (values: float[]) = [
        let width = top / float count
        let index value = int (value / width) |> max 0 |> min (count - 1)
        let counts = values |> Array.countBy index |> Map.ofArray

        for i in 0 .. count - 1 do
            let inside = counts |> Map.tryFind i |> Option.defaultValue 0

            {
                From = float i * width
                To = float (i + 1) * width
                Density = float inside / (float (max 1 values.Length) * width)
            }
    ]

    let private histogram label bins = { Label = label; Mark = Mark.Histogram bins }

    let private propensities (overlap: Overlap) i (arm: Arm) =
        let ofRows isOwn =
            Array.zip overlap.ArmOfRow arm.Propensities
            |> Array.filter (fun (row, _) -> (row = i) = isOwn)
            |> Array.map snd

        let top = if overlap.Arms.Length = 2 then 1.0 else max 1e-6 (Array.max arm.Propensities)

        Panel.plot $"{overlap.Treatment}: {arm.Label}" "propensity" "density" [
            histogram "rows that had it" (bins 20 top (ofRows true))
            Series.outline "other rows" (bins 20 top (ofRows false))
        ]
        |> Panel.withReferences [ Reference.Vertical(overlap.Bound, "bound") ]

    /// The propensities of each arm, of the rows that had it and of those that had not; of two arms, those of the second.
    let overlap (overlap: Overlap) : Figure =
        let arms = List.indexed overlap.Arms
        let shown = if arms.Length = 2 then List.tail arms else arms

        shown
        |> List.map (fun (i, arm) -> propensities overlap i arm)
        |> Figure.create $"Could everybody have had any {overlap.Treatment}?"
        |> Figure.withSubtitle
            "Rows that had an arm and rows that had not should share a range of propensities, clear of zero."

    /// Bars of the residuals of a node, which a right model makes equal but for chance.
    let private residuals (given: string) (check: NodeCheck) =
        let count = 20
        let spread = Normal.upper975 * sqrt (float (count - 1) / float check.Residuals.Length)

        Panel.plot check.Node $"F({given})" "density" [
            Series.band "95 % of bars, if the model is right" [
                for x in [ 0.0; 1.0 ] -> x, max 0.0 (1.0 - spread), 1.0 + spread
            ]
            histogram "rows" (bins count 1.0 check.Residuals)
        ]
        |> Panel.withReferences [ Reference.Horizontal(1.0, "") ]

    /// Residuals F(given), each of which is uniform if its model is right.
    let internal uniform (nodes: (string * NodeCheck) list) : Figure =
        nodes
        |> List.map (fun (given, node) -> residuals given node)
        |> Figure.create "Where does each value fall in the distribution that the model gives it?"
        |> Figure.withSubtitle "Right models give level bars. A hump: too wide; a valley: too narrow; a slope: shifted."

    /// The residuals of every node, which are uniform if its model is right.
    let fit (nodes: NodeCheck list) : Figure = nodes |> List.map (fun node -> "x | parents", node) |> uniform
