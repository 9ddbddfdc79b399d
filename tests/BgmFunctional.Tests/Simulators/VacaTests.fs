module BgmFunctional.Tests.Simulators.VacaTests

open Xunit
open BgmFunctional.Flows
open BgmFunctional.Simulators
open BgmFunctional.Tests.Simulators.Draws

let private seen n = sample [] n Vaca.simulator

[<Fact>]
let ``moments are those of the equations`` () =
    let rows = seen 100_000
    let x1, x2, x3 = column "x1" rows, column "x2" rows, column "x3" rows

    let check mean variance values =
        // Four standard errors; those of a standard deviation are smaller than those of a mean.
        let tolerance = 4.0 * sqrt (variance / 1e5)
        let foundMean, foundDeviation = moments values
        Assert.Equal(mean, foundMean, tolerance)
        Assert.Equal(sqrt variance, foundDeviation, tolerance)

    check -0.25 4.3125 x1
    check 0.0 1.0 (Array.map2 (+) x1 x2)
    check 0.0 1.0 (Array.map3 (fun x1 x2 x3 -> x3 - x1 - 0.25 * x2) x1 x2 x3)

[<Fact>]
let ``x1 is skewed as its two halves make it`` () =
    let x1 = column "x1" (seen 100_000)
    // Σ ½(δ³ + 3δσ²) over components at distance δ from the mean −0.25: δ = −1.75 with variance 1.5 and δ = 1.75 with variance 1.
    let expected = 0.5 * (3.0 * -1.75 * 1.5 + 3.0 * 1.75 * 1.0)
    let found = x1 |> Array.averageBy (fun x -> (x + 0.25) ** 3.0)
    Assert.Equal(expected, found, 0.2)

[<Fact>]
let ``an intervention has the stated mean and standard deviation, and keeps the noises`` () =
    for a in [ -3.0; -1.0; 0.0 ] do
        let seen, done' = seen 100_000, sample [ "x2", To a ] 100_000 Vaca.simulator
        let mean, deviation = moments (column "x3" done')
        Assert.Equal(Vaca.meanUnder a, mean, 4.0 * Vaca.standardDeviationUnder / sqrt 1e5)
        Assert.Equal(Vaca.standardDeviationUnder, deviation, 0.03)
        Assert.All(column "x2" done', fun x2 -> Assert.Equal(a, x2))
        Assert.Equal<float[]>(column "x1" seen, column "x1" done')

        let gap =
            Array.map3
                (fun x3 x2 x3' -> x3 - x3' - 0.25 * (x2 - a))
                (column "x3" seen)
                (column "x2" seen)
                (column "x3" done')

        Assert.All(gap, fun gap -> Assert.Equal(0.0, gap, 1e-12))

[<Fact>]
let ``the standard deviation is the published one`` () = Assert.Equal(2.3049, Vaca.standardDeviationUnder, 5e-5)

[<Fact>]
let ``x1 is a mixture of two normal distributions`` () =
    let cdf x = 0.5 * normalCdf ((x + 2.0) / sqrt 1.5) + 0.5 * normalCdf (x - 1.5)
    checkCdf cdf [ -4.0; -2.0; -0.5; 0.0; 1.5; 3.0 ] (column "x1" (seen 100_000))
