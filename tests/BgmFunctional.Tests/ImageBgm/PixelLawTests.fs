module BgmFunctional.Tests.ImageBgm.PixelLawTests

open System
open Xunit
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

let private draws precision mean count =
    let stream = RandomStream()
    stream.Begin((Key.OfSeed 61L).Child(int64 (1e6 * mean + precision)))
    Array.init count (fun _ -> BetaLaw.draw stream precision mean)

let private means = [ 1e-6; 0.01; 0.3; 0.5; 0.9; 0.999 ]
let private precisions = [ 1e-3; 0.5; 1.3; 4.0; 60.0 ]

[<Fact>]
let ``draws of a Beta law have its mean and its variance`` () =
    let count = 20_000

    for mean, precision in List.allPairs means precisions do
        let values = draws precision mean count
        Assert.All(values, fun value -> Assert.InRange(value, 0.0, 1.0))
        let variance = mean * (1.0 - mean) / (1.0 + precision)

        // 5 standard errors; that of squares of values in [0, 1] is less than that of the values, and a mean of some 1/count is one draw or none.
        let tolerance = 5.0 * sqrt (variance / float count) + 1.0 / float count
        Assert.Equal(mean, Array.average values, tolerance)
        let around = values |> Array.averageBy (fun value -> (value - mean) ** 2.0)
        Assert.Equal(variance, around, tolerance)

[<Fact>]
let ``the precision of draws is found again`` () =
    for precision in precisions do
        let count = 20_000
        let means = Array.init count (fun i -> float32 (0.05 + 0.9 * float i / float count))
        let stream = RandomStream()
        stream.Begin(Key.OfSeed 62L)
        let values = means |> Array.map (float >> BetaLaw.draw stream precision >> float32)
        // Of 20 000 squares, whose relative deviation is below 2, the mean is within 5 %.
        Assert.Equal((1.0 + precision), (1.0 + BetaLaw.precision values means), 0.05 * (1.0 + precision))

[<Fact>]
let ``means without an error, and values without a shade, keep a precision that can be drawn with`` () =
    let means = [| 0.2f; 0.9f |]

    for values in [ means; [| 0.0f; 1.0f |]; [| 1.0f; 0.0f |] ] do
        let precision = BetaLaw.precision values means
        Assert.True(precision > 0.0 && Double.IsFinite precision)
        Assert.All(draws precision 0.4 100, fun value -> Assert.InRange(value, 0.0, 1.0))

    Assert.All(draws 1e-3 0.4 100, fun value -> Assert.True(value < 0.01 || value > 0.99))
