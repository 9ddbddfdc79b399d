module BgmFunctional.Tests.Numerics.NormalTests

open Xunit
open BgmFunctional.Numerics

// R 4.2.2: sprintf("%.17g", 2 * pnorm(-c(1e-3, 0.5, 1.96, 2.999, 3.001, 8, 35)))
let private known = [
    1e-3, 0.99920211557217786
    0.5, 0.61707507745197387
    1.96, 0.049995790296440856
    2.999, 0.0027086730674542128
    3.001, 0.0026909456501699332
    8.0, 1.244192114854357e-15
    35.0, 2.2498214129448125e-268
]

[<Fact>]
let ``tails are R's, to 12 digits, on both sides`` () =
    for z, expected in known do
        Assert.Equal(1.0, Normal.twoSided z / expected, 1e-12)
        Assert.Equal(Normal.twoSided z, Normal.twoSided -z)

[<Fact>]
let ``the ends are 1, 0 and NaN`` () =
    Assert.Equal(1.0, Normal.twoSided 0.0)
    Assert.Equal(0.0, Normal.twoSided 60.0)
    Assert.True(System.Double.IsNaN(Normal.twoSided nan))

// R 4.2.2: qnorm
let private normalQuantiles = [
    1e-300, -37.047096299361201
    1e-20, -9.2623400897984052
    1e-5, -4.2648907939228256
    0.02, -2.0537489106318225
    0.3, -0.52440051270804067
    0.5, 0.0
    0.97, 1.8807936081512504
]

[<Fact>]
let ``normal quantiles are R's`` () =
    for p, expected in normalQuantiles do
        Assert.Equal(expected, Normal.quantile p, 1e-14 * (1.0 + abs expected))
