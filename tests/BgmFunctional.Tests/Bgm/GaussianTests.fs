module BgmFunctional.Tests.Bgm.GaussianTests

open System
open MathNet.Numerics.LinearAlgebra
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.Tests.Bgm.Cases

let private n = 4
let private like k shape = waves k (Tensor.fill Float64 shape 0.0)

let private output covariance = like 1 [| n; Gaussian.outputs columns (Covariance.rank covariance) |]

let private gaussian covariance = Gaussian.ofOutput (Covariance.rank covariance) (output covariance)

/// Row 1 has no hole, row 2 one, row 3 all but one, and nothing is seen of row 4.
let private holes = [| [||]; [| 2 |]; [| 0; 1; 3; 4 |]; [| 0..4 |] |]

let private isSeen i j = not (Array.contains j holes[i])

let private seen =
    Tensor.float64
        [| n; columns |]
        (Array.init (n * columns) (fun at -> if isSeen (at / columns) (at % columns) then 1.0 else 0.0))

let private cells = { Values = Tensor.force (seen * like 2 [| n; columns |]); Seen = Some seen }

let private row i (x: Tensor) = Tensor.slice 0 i 1 x |> Tensor.toArray

/// Mean and covariance of row i as a vector and a matrix.
let private dense covariance i =
    let g = gaussian covariance
    let u = g.Factors |> List.map (row i >> Vector<float>.Build.Dense)
    let diagonal = Matrix<float>.Build.DenseOfDiagonalArray(row i g.Variance)
    Vector<float>.Build.Dense(row i g.Mean), u |> List.fold (fun sum u -> sum + u.OuterProduct u) diagonal

let private part (at: int[]) (v: Vector<float>) = Vector<float>.Build.Dense(at |> Array.map (fun i -> v[i]))

let private block (rows: int[]) (columns: int[]) (m: Matrix<float>) =
    Matrix<float>.Build.Dense(rows.Length, columns.Length, (fun i j -> m[rows[i], columns[j]]))

let private seenOf i = [| 0 .. columns - 1 |] |> Array.filter (isSeen i)

let private logNormal (mean: Vector<float>) (covariance: Matrix<float>) (x: Vector<float>) =
    let residual = x - mean

    -0.5
    * (residual * covariance.Inverse() * residual
       + log (covariance.Determinant())
       + float x.Count * log (2.0 * Math.PI))

[<Fact>]
let ``the density with holes is the dense normal density of the sub-vector that is seen`` () =
    for covariance in covariances do
        let found = Gaussian.logDensity (gaussian covariance) cells |> Tensor.toArray

        for i in 0 .. n - 1 do
            let at = seenOf i
            let mean, sigma = dense covariance i

            let expected =
                if at.Length = 0 then
                    0.0
                else
                    logNormal
                        (part at mean)
                        (block at at sigma)
                        (part at (Vector<float>.Build.Dense(row i cells.Values)))

            // Float64 throughout; the covariances are far from singular.
            Assert.Equal(expected, found[i], 10)

[<Fact>]
let ``rows without holes have the same density with a mask of ones and without one`` () =
    for covariance in covariances do
        let whole = { Values = like 2 [| n; columns |]; Seen = None }
        let masked = { whole with Seen = Some(Tensor.fill Float64 [| n; columns |] 1.0) }
        let density = Gaussian.logDensity (gaussian covariance)
        close 1e-14 "density" (numbers (density whole)) (numbers (density masked))

[<Fact>]
let ``what stands in a hole has no say`` () =
    for covariance in covariances do
        let other = { cells with Values = Tensor.force (cells.Values + 7.0 * (1.0 - seen)) }
        let density = Gaussian.logDensity (gaussian covariance)
        close 1e-13 "density" (numbers (density cells)) (numbers (density other))

[<Fact>]
let ``the gradient of the density is that of differences`` () =
    for covariance in covariances do
        let f output = Tensor.sum (Gaussian.logDensity (Gaussian.ofOutput (Covariance.rank covariance) output) cells)

        let output = output covariance
        let direction = waves 3 output
        let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) output direction
        close 1e-7 "gradient" expected [| inner (grad f output) direction |]

[<Fact>]
let ``holes given what is seen have the conditional normal distribution`` () =
    for covariance in covariances do
        let width = columns + Covariance.rank covariance
        let g = gaussian covariance
        let complete deviates = Gaussian.complete g cells deviates
        let still = Tensor.fill Float64 [| n; width |] 0.0
        let mean, atMean = complete still
        close 1e-13 "a draw without noise" (numbers mean) (numbers atMean)

        // A draw is linear in its noise, so its covariance is the sum of squares of what each number of noise does.
        let moves =
            List.init width (fun k ->
                let one = Array.init (n * width) (fun at -> if at % width = k then 1.0 else 0.0)
                Tensor.force (snd (complete (Tensor.float64 [| n; width |] one)) - atMean))

        for i in 0 .. n - 1 do
            let seen, holes = seenOf i, holes[i]

            if holes.Length > 0 then
                let mu, sigma = dense covariance i
                let x = Vector<float>.Build.Dense(row i cells.Values)

                let expectedMean, expectedCovariance =
                    if seen.Length = 0 then
                        mu, sigma
                    else
                        let gain = (block holes seen sigma) * (block seen seen sigma).Inverse()

                        part holes mu + gain * (part seen x - part seen mu),
                        block holes holes sigma - gain * block seen holes sigma

                let moved = moves |> List.map (row i >> Vector<float>.Build.Dense >> part holes)
                let found = moved |> List.map (fun v -> v.OuterProduct v) |> List.reduce (+)
                close 1e-10 "mean" (expectedMean.ToArray()) (holes |> Array.map (fun j -> (row i mean)[j]))
                close 1e-10 "covariance" (expectedCovariance.ToColumnMajorArray()) (found.ToColumnMajorArray())

[<Fact>]
let ``rows are drawn with the covariance of the distribution, whose diagonal is the marginal variance`` () =
    for covariance in covariances do
        let width = columns + Covariance.rank covariance
        let g = gaussian covariance
        let draw noise = Gaussian.draw g (Tensor.float64 [| n; width |] noise)
        let still = draw (Array.zeroCreate (n * width))
        close 1e-14 "mean" (numbers g.Mean) (numbers still)

        let moves =
            List.init width (fun k ->
                Tensor.force (
                    draw (Array.init (n * width) (fun at -> if at % width = k then 1.0 else 0.0))
                    - still
                ))

        for i in 0 .. n - 1 do
            let found =
                moves
                |> List.map (fun move ->
                    (Vector<float>.Build.Dense(row i move)).OuterProduct(Vector<float>.Build.Dense(row i move)))
                |> List.reduce (+)

            let _, expected = dense covariance i
            close 1e-12 "covariance" (expected.ToColumnMajorArray()) (found.ToColumnMajorArray())
            close 1e-12 "variance" (expected.Diagonal().ToArray()) (row i (Gaussian.marginalVariance g))

[<Fact>]
let ``a matrix becomes cells with 0 in its holes`` () =
    let matrix = Tensor.float32 [| 2; 2 |] [| 1.0f; nanf; 3.0f; 4.0f |]
    let found = Cells.ofMatrix matrix
    Assert.Equal<float[]>([| 1.0; 0.0; 3.0; 4.0 |], numbers found.Values)
    Assert.Equal<float[]>([| 1.0; 0.0; 1.0; 1.0 |], numbers found.Seen.Value)
    Assert.True((Cells.ofMatrix (Tensor.float32 [| 1; 1 |] [| 2.0f |])).Seen.IsNone)
    // Of three seen cells: (1 − 2)² + (3 − 2)² + (4 − 2)².
    Assert.Equal(2.0, Tensor.item (Cells.meanSquare found (Tensor.fill Float32 [| 2; 2 |] 2.0)), 6)

[<Fact>]
let ``weighing outputs multiplies their gradients by the power of the cell's variance, and changes no value`` () =
    for covariance in covariances do
        let rank = Covariance.rank covariance
        let output = output covariance
        let density weigh output = Tensor.sum (Gaussian.logDensity (Gaussian.ofOutput rank (weigh output)) cells)

        let gradient weigh =
            grad (density weigh) output
            |> Tensor.toArray
            |> Array.chunkBySize output.Shape[1]

        let variances = (gaussian covariance).Variance |> Tensor.toArray |> Array.chunkBySize columns

        for beta in [ 0.5; 1.0 ] do
            let weigh = Gaussian.weigh beta rank
            close 1e-12 "value" (Tensor.toArray output) (Tensor.toArray (weigh output))
            let plain, weighed = gradient id, gradient weigh

            for i in 0 .. n - 1 do
                let expected = plain[i] |> Array.mapi (fun at g -> g * variances[i][at % columns] ** beta)
                close 1e-9 $"{covariance}, row {i}" expected weighed[i]
