module BgmFunctional.Tests.LatentVariables.LatentDensityTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

let private key = Key.OfSeed 61L

let private moments (x: float[]) =
    let mean = Array.average x
    mean, x |> Array.averageBy (fun x -> (x - mean) ** 2.0)

[<Fact>]
let ``draws have the mean of the latents, and their variance with that of a kernel`` () =
    let n, q, count = 200, 3, 20_000

    let latents =
        Initial.normal (key.Child 0L) n q 0.0 1.0
        * Tensor.ofFloats Float32 [| 1; q |] [| 1.0; 2.0; 0.5 |]
        + Tensor.ofFloats Float32 [| 1; q |] [| -3.0; 0.0; 4.0 |]
        |> Tensor.force

    let draws = LatentDensity.draw (key.Child 1L) count latents
    let column i (x: Tensor) = Tensor.toArray x |> Array.chunkBySize q |> Array.map (fun row -> row[i])

    for i in 0 .. q - 1 do
        let mean, variance = moments (column i latents)
        let found, foundVariance = moments (column i draws)
        let wanted = variance * (1.0 + LatentDensity.width n q ** 2.0)
        // 4 standard errors of a mean and of a variance of draws that are nearly normal.
        Assert.Equal(mean, found, 4.0 * sqrt (wanted / float count))
        Assert.Equal(wanted, foundVariance, 4.0 * wanted * sqrt (3.0 / float count))

[<Fact>]
let ``a kernel is as wide as Silverman's rule says, and narrower the more latents there are`` () =
    // (4/3)^(1/5)·n^(−1/5) of one coordinate, n^(−1/6) of two.
    Assert.Equal((4.0 / 3.0) ** 0.2 * 100.0 ** -0.2, LatentDensity.width 100 1, 12)
    Assert.Equal(100.0 ** (-1.0 / 6.0), LatentDensity.width 100 2, 12)
    Assert.True(LatentDensity.width 1000 2 < LatentDensity.width 100 2)
