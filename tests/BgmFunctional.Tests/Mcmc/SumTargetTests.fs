module BgmFunctional.Tests.Mcmc.SumTargetTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Tests.Mcmc.Posteriors

/// A line: y ~ N(slope·x + offset, 1).
type private Line = { Slope: Tensor; Offset: Tensor }

let private like = {
    Slope = Tensor.fill Float64 [| 1; 1 |] 0.0
    Offset = Tensor.fill Float64 [| 1; 1 |] 0.0
}

let private logLikelihood line (x, y) = Tensor.squeeze 1 (-0.5 * Tensor.square (y - (x * line.Slope + line.Offset)))

let private rows count =
    let values = Array.zeroCreate<float>(2 * count)
    Kernels<float>.Best.Random(Draw.Normal, Key.OfSeed 31L, 0L, Span values)
    let x = Array.truncate count values
    x, Array.init count (fun i -> 0.7 * x[i] - 0.2 + values[count + i])

let private column (values: float[]) = Tensor.ofFloats Float64 [| values.Length; 1 |] values
let private targetOf team (x, y) = SumTarget.ofRows team like (column x, column y) logLikelihood

/// The target and its gradient at one position.
let private at (target: Target) (position: float[]) =
    let evaluation = target.Evaluation 1 true
    position.CopyTo(evaluation.Positions, 0)
    evaluation.Run 1
    evaluation.LogDensities[0], Array.copy evaluation.Gradients

/// Published: (n, 1) against (n) broadcasts to n² terms.
[<Fact>]
let ``the density sums n terms, and the prior's of each weight`` () =
    for count in [ 1; 3; 512; 513; 5000 ] do
        let x, y = rows count
        let slope, offset = 0.4, -0.3

        let byHand =
            Array.fold2 (fun sum x y -> sum - 0.5 * (y - slope * x - offset) ** 2.0) 0.0 x y
            - 0.5 * (slope * slope + offset * offset)

        let density, gradient = at (targetOf team.Value (x, y)) [| slope; offset |]
        Assert.Equal(byHand, density, 1e-9 * float count)

        let slopeGradient = Array.fold2 (fun sum x y -> sum + x * (y - slope * x - offset)) 0.0 x y - slope

        Assert.Equal(slopeGradient, gradient[0], 1e-9 * float count)

[<Fact>]
let ``a Bayesian linear regression is recovered`` () =
    let x, y = rows 200
    // Precision I + Σ x xᵀ; its inverse is the covariance, and the mean that times Σ x y.
    let sxx, sx, n = 1.0 + Array.sumBy (fun x -> x * x) x, Array.sum x, 1.0 + 200.0
    let sxy, sy = Array.fold2 (fun sum x y -> sum + x * y) 0.0 x y, Array.sum y
    let determinant = sxx * n - sx * sx
    let mean = [| (n * sxy - sx * sy) / determinant; (sxx * sy - sx * sxy) / determinant |]
    let variance = [| n / determinant; sxx / determinant |]

    let hmc = Hmc { HmcOptions.defaults with StepSize = 0.01; Jitter = 0.3 }
    let chains = sample 32L 300 400 16 hmc (targetOf team.Value (x, y))

    for i in 0..1 do
        let over f =
            chains
            |> Array.map (fun chain -> Draws.coordinate i chain.Kept |> Array.averageBy f)

        agrees $"mean {i}" mean[i] (over id)
        agrees $"variance {i}" variance[i] (over (fun x -> (x - mean[i]) ** 2.0))

[<Fact>]
let ``the density has the same bits on any number of threads`` () =
    let data = rows 5000
    use single = new Team(1)
    use three = new Team(3)

    let (density, gradient), other =
        at (targetOf single data) [| 0.1; 0.2 |], at (targetOf three data) [| 0.1; 0.2 |]

    Assert.Equal(density, fst other)
    Assert.Equal<float[]>(gradient, snd other)

[<Fact>]
let ``a vector is its tree's numbers, and a watched target tells of each evaluation`` () =
    let line = {
        Slope = Tensor.fill Float64 [| 1; 1 |] 3.0
        Offset = Tensor.fill Float64 [| 1; 1 |] 4.0
    }

    Assert.Equal<float[]>([| 3.0; 4.0 |], Vector.ofTree line)
    Assert.Equal<float[]>([| 5.0; 6.0 |], Vector.ofTree (Vector.toTree line [| 5.0; 6.0 |]))

    let mutable count = 0L
    let plain, watched = standard 2, standard 2 |> Target.watched (fun () -> count <- count + 1L)
    let run = one 33L 10 20 (Hmc HmcOptions.defaults)
    Assert.Equal<float[]>((run plain).Kept.Positions, (run watched).Kept.Positions)
    Assert.Equal(1L + 30L * 10L, count)
