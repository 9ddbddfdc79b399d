module BgmFunctional.Tests.CausalBgm.LatentChoiceTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Nets
open BgmFunctional.Tests.CausalBgm.Cases

let private n, p = 4000, 12
let private draws child columns = Initial.normal (key.Child child) n columns 0.0 1.0

/// Columns with mean 0 and variance 1, as a dataset has them.
let private standardised (v: Tensor) =
    let mean (x: Tensor) = Tensor.sumKeep 0 x / float x.Shape[0]
    let centred = v - mean v
    centred / sqrt (mean (Tensor.square centred)) |> Tensor.force

let private v = standardised (draws 1L p)
let private column j = Tensor.toArray (Tensor.slice 1 j 1 v)
let private noise child = Tensor.toArray (draws child 1)
let private single (values: float[]) = Tensor.view [| n; 1 |] (Array.map float32 values)
let private choose x y = LatentChoice.ofData { V = v; X = single x; Y = single y; U = None }

[<Fact>]
let ``a response of one index has one direction, one of two has two`` () =
    let a, b, c = column 0, column 1, column 2
    let one = Array.map3 (fun a b e -> exp (0.8 * a - 0.6 * b) + 0.1 * e) a b (noise 2L)

    // Three classes, towards three corners of the plane of a and c.
    let two =
        Array.map2
            (fun a c ->
                if a > c && a > -a - c then 0.0
                elif c > -a - c then 1.0
                else 2.0)
            a
            c

    let choice = choose one two
    Assert.Equal((1, 2), (choice.Dims.Z2, choice.Dims.Z1))

    Assert.All(
        Array.append choice.OutcomeEigenvalues choice.TreatmentEigenvalues,
        fun value -> Assert.InRange(value, 0.0, 1.0)
    )

/// Of slices that know nothing, each of the 9 eigenvalues is the mean of p squares of N(0, 1/n) times 10/10: their sum is 9·p/n on average.
[<Fact>]
let ``a response of nothing has eigenvalues of noise alone`` () =
    let choice = choose (noise 4L) (noise 5L)
    let expected = 9.0 * float p / float n
    // A χ² of 9·p degrees of freedom, over n.
    let deviation = sqrt (2.0 * 9.0 * float p) / float n
    Assert.Equal(expected, Array.sum choice.OutcomeEigenvalues, 4.0 * deviation)

[<Fact>]
let ``a treatment of two values has two slices and one direction`` () =
    let x = Array.map2 (fun a e -> if a + e > 0.0 then 1.0 else 0.0) (column 0) (noise 6L)
    let choice = choose x (column 3)
    Assert.Equal(2, choice.TreatmentEigenvalues.Length)
    Assert.Equal(1, choice.Dims.Z2)
    Assert.Equal(0.0, choice.TreatmentEigenvalues[1], 9)

[<Fact>]
let ``the whole latent is as wide as the covariates vary, three confound, and three are left at least`` () =
    // Three factors behind 12 columns, and a little noise: three components have 70 % of the variance.
    let factors = draws 7L 3

    let narrow =
        Tensor.matMul factors (Initial.normal (key.Child 8L) 3 p 0.0 1.0)
        + 0.1 * draws 9L p
        |> Tensor.force

    let a = Tensor.toArray (Tensor.slice 1 0 1 factors)
    let choose v = LatentChoice.ofData { V = standardised v; X = single a; Y = single a; U = None }
    Assert.Equal({ Z0 = 3; Z1 = 1; Z2 = 1; Z3 = 3 }, (choose narrow).Dims)

    let wide = Initial.normal (key.Child 10L) n 100 0.0 1.0

    Assert.Equal(
        { Z0 = 3; Z1 = 1; Z2 = 1; Z3 = 59 },
        (choose (Tensor.concat 1 [ Tensor.slice 1 0 1 factors; wide ] |> Tensor.force)).Dims
    )

[<Fact>]
let ``eigenvalues are those of the definition, computed in full`` () =
    let x, y =
        Array.map2 (+) (column 0) (noise 11L), Array.map2 (fun a e -> a * a * a + e) (column 1) (noise 12L)
    // Columns that go together, so that whitening matters.
    let mixing = Initial.normal (key.Child 13L) p p 0.0 1.0
    let v = standardised (Tensor.matMul v mixing)
    let rows = Tensor.toArray v |> Array.chunkBySize p

    let choice = LatentChoice.ofData { V = v; X = single x; Y = single y; U = None }

    let covariance =
        MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(
            p,
            p,
            fun i j -> rows |> Array.averageBy (fun row -> row[i] * row[j])
        )

    for response, found in [ x, choice.TreatmentEigenvalues; y, choice.OutcomeEigenvalues ] do
        let order = Array.init n id |> Array.sortBy (fun i -> float32 response[i])

        let between =
            order
            |> Array.chunkBySize (n / 10)
            |> Array.map (fun slice ->
                let mean =
                    MathNet.Numerics.LinearAlgebra.Vector<float>.Build.Dense(
                        p,
                        fun j -> slice |> Array.averageBy (fun i -> rows[i][j])
                    )

                mean.OuterProduct mean / 10.0)
            |> Array.reduce (+)

        let values =
            (covariance.Inverse() * between).Evd().EigenValues.ToArray()
            |> Array.map _.Real
            |> Array.sortDescending

        close 1e-4 "eigenvalues" values[..8] found[..8]

    Assert.Equal(choice.ComponentVariances |> Array.sum, rows |> Array.averageBy (Array.sumBy (fun v -> v * v)), 2)

[<Fact>]
let ``slices have equally many rows, and equal values share one`` () =
    let response = [| for i in 0..99 -> float (i * 37 % 100) |]
    let sizes = LatentChoice.slicesOf 10 response |> Array.countBy id |> Array.map snd
    Assert.Equal<int[]>(Array.create 10 10, sizes)
    let zeros = [| for i in 0..99 -> if i % 2 = 0 then 0.0 else float i |]
    let slices = LatentChoice.slicesOf 10 zeros
    Assert.All([ 0..2..98 ], fun i -> Assert.Equal(0, slices[i]))
    Assert.Equal<int[]>([| 0; 1; 2; 0 |], LatentChoice.slicesOf 10 [| -1.0; 0.5; 7.0; -1.0 |])

[<Fact>]
let ``the fewest leading values with a share are taken`` () =
    for share, expected in [ 0.5, 1; 0.8, 2; 0.81, 3; 1.0, 4 ] do
        Assert.Equal(expected, LatentChoice.leading share [| 5.0; 3.0; 1.0; 1.0 |])

[<Fact>]
let ``covariates that are combinations of others change nothing`` () =
    let y = Array.map2 (fun a e -> a + 0.1 * e) (column 0) (noise 14L)
    let twice = Tensor.concat 1 [ v; v ] |> Tensor.force
    let once, again = choose y y, LatentChoice.ofData { V = twice; X = single y; Y = single y; U = None }
    close 1e-4 "eigenvalues" once.OutcomeEigenvalues again.OutcomeEigenvalues

[<Fact>]
let ``the reason names every choice, and few rows`` () =
    let choice = choose (column 0) (column 1)
    let text = LatentChoice.explain choice
    let dims = choice.Dims
    Assert.Contains($"latent sizes {dims.Z0},{dims.Z1},{dims.Z2},{dims.Z3}", text)
    Assert.DoesNotContain("few rows", text)
    Assert.Contains("few rows (30) for 12 covariates", LatentChoice.explain { choice with Rows = 30 })
