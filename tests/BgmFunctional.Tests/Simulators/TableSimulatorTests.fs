/// Populations of tables: rows follow the equations, and what is said to be known of them is so.
module BgmFunctional.Tests.Simulators.TableSimulatorTests

open System
open System.Text.Json
open Xunit
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests

let private ok answer = Answers.valueOf BgmError.message answer
let private refusal answer = Answers.refusalOf BgmError.message answer

let everyName () = TheoryData<string>(TableSimulators.all |> List.map _.Name)

/// Those with a column y of known mean and deviation.
let withOracle () =
    TheoryData<string>(
        TableSimulators.all
        |> List.filter (fun simulator -> List.contains "sigma" simulator.Known)
        |> List.map _.Name
    )

let private named name = TableSimulators.named name |> ok
let private sample n simulator = TableSimulator.sample (Key.OfSeed 5L) n simulator |> ok
let private column name frame = Draws.column name frame
let private matrix name (sample: TableSample) = sample.Matrices |> List.find (fun (found, _) -> found = name) |> snd

/// The mean of values is what is expected, within five standard errors.
let private checkMean (expected: float) (values: float[]) =
    let mean, deviation = Draws.moments values
    Assert.Equal(expected, mean, 5.0 * deviation / sqrt (float values.Length))

let private checkCovariances (expected: float[][]) (columns: float[][]) =
    for i in 0 .. columns.Length - 1 do
        checkMean 0.0 columns[i]

        for j in 0..i do
            Array.map2 (*) columns[i] columns[j] |> checkMean (expected[i][j])

[<Theory; MemberData(nameof everyName)>]
let ``the first rows of a longer draw are a shorter one of the same population`` name =
    let simulator = named name
    let short, long = sample 20 simulator, sample 300 simulator
    Assert.Equal(short.Rows, Frame.take [| 0..19 |] long.Rows)
    Assert.Equal<(string * Column) list>(Frame.columns short.Known, Frame.columns (Frame.take [| 0..19 |] long.Known))
    Assert.Equal<(string * float[][]) list>(short.Matrices, long.Matrices)
    Assert.Equal<string list>(simulator.Columns, Frame.names short.Rows)

[<Theory; MemberData(nameof withOracle)>]
let ``the noise of y is normal around its mean with its deviation, and the oracle's interval covers 95 %`` name =
    let n = 20_000
    let drawn = sample n (named name)
    let y, known = column "y" drawn.Rows, fun name -> column name drawn.Known
    let scores = Array.map3 (fun y mean sigma -> (y - mean) / sigma) y (known "mean") (known "sigma")
    checkMean 0.0 scores
    Draws.checkCdf Draws.normalCdf [ -2.0; -1.0; 0.0; 0.5; 1.5 ] scores

    Array.map3 (fun y low high -> if low <= y && y <= high then 1.0 else 0.0) y (known "low") (known "high")
    |> checkMean 0.95

[<Fact>]
let ``heteroskedastic latents: ten factors explain the columns, and y given them`` () =
    let drawn = sample 2_000 (named "hetero-latent")
    Assert.Equal(100, (Frame.names drawn.Rows).Length)
    let a = matrix "loadings" drawn
    // x has variance 0.04·|a|² + 0.01, covariances 0.04·a·a'.
    let dot (a: float[]) b = Array.map2 (*) a b |> Array.sum

    let expected =
        Array.init 4 (fun i -> Array.init 4 (fun j -> 0.04 * dot a[i] a[j] + (if i = j then 0.01 else 0.0)))

    checkCovariances expected (Array.init 4 (fun j -> column $"x{j + 1}" drawn.Rows))
    let sigma = column "sigma" drawn.Known
    Assert.InRange(Array.min sigma, 0.1, 0.2)
    Assert.InRange(Array.max sigma, 0.5, 0.6)

[<Fact>]
let ``heteroskedastic regression: the mean is x1, the deviation a function of x2`` () =
    let drawn = sample 5_000 TableSimulators.heteroskedasticRegression
    Assert.Equal<float[]>(column "x1" drawn.Rows, column "mean" drawn.Known)

    for x2, sigma in Array.zip (column "x2" drawn.Rows) (column "sigma" drawn.Known) do
        if x2 < -2.0 then Assert.Equal(0.1, sigma)
        elif x2 > 2.0 then Assert.Equal(2.0, sigma)
        else Assert.Equal(0.5 + 0.5 * sin (2.0 * Math.PI * x2), sigma, 12)

[<Fact>]
let ``low rank: errors given z have the covariance that is stated, columns the marginal one`` () =
    for simulator in [ TableSimulators.lowRank; TableSimulators.lowRankScaled ] do
        let drawn = sample 20_000 simulator
        let a, b = matrix "loadings" drawn, (matrix "intercept" drawn)[0]
        let z1, z2, scale = column "z1" drawn.Known, column "z2" drawn.Known, column "scale" drawn.Known
        let x = Array.init 4 (fun j -> column $"x{j + 1}" drawn.Rows)

        x
        |> Array.mapi (fun j -> Array.mapi (fun i x -> (x - a[j][0] * z1[i] - a[j][1] * z2[i] - b[j]) / scale[i]))
        |> checkCovariances (matrix "covariance" drawn)

        x
        |> Array.mapi (fun j -> Array.map (fun x -> x - b[j]))
        |> checkCovariances (matrix "marginalCovariance" drawn)

    let constant = sample 100 TableSimulators.lowRank
    Assert.All(column "scale" constant.Known, fun scale -> Assert.Equal(1.0, scale))
    let scaled = sample 100 TableSimulators.lowRankScaled
    Assert.Equal<float[]>(column "z1" scaled.Known, column "scale" scaled.Known)

[<Fact>]
let ``linear regression: the mean is linear in the columns, the variance 0.01 of their mean square`` () =
    for simulator in [ TableSimulators.linearRegression 10 None; TableSimulators.linearRegression 10 (Some 3) ] do
        let drawn = sample 200 simulator
        let beta = (matrix "coefficients" drawn)[0]
        Assert.All(beta, fun beta -> Assert.InRange(beta, 0.0, 0.1))
        let x = Array.init 10 (fun j -> column $"x{j + 1}" drawn.Rows)

        for i in 0..199 do
            let row = x |> Array.map (fun x -> x[i])
            Assert.Equal(beta[0] + Array.sum (Array.map2 (*) beta[1..] row), (column "mean" drawn.Known)[i], 12)
            Assert.Equal(0.01 * Array.averageBy (fun x -> x * x) row, (column "sigma" drawn.Known)[i] ** 2.0, 12)

[<Fact>]
let ``the low-rank design has the singular values of its profile and columns of mean variance 1`` () =
    let n = 50_000
    let drawn = sample n (TableSimulators.linearRegression 10 (Some 3))

    let x =
        MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfColumnArrays [ for j in 1..10 -> column $"x{j}" drawn.Rows ]

    let found =
        (x.TransposeThisAndMultiply x / float n).Evd().EigenValues.ToArray()
        |> Array.map _.Real
        |> Array.sortDescending

    let profile =
        Array.init 10 (fun i ->
            (0.5 * exp (-((float i / 3.0) ** 2.0)) + 0.5 * exp (-0.1 * float i / 3.0))
            ** 2.0)

    let expected = profile |> Array.map (fun s -> 10.0 * s / Array.sum profile)
    // An eigenvalue has a standard error of √(2/n) of itself, 0.6 %; those of neighbours push each other apart a little.
    Array.iter2 (fun (expected: float) found -> Assert.Equal(expected, found, 0.04 * expected)) expected found

[<Fact>]
let ``Gaussian columns are independent with the means that are stated`` () =
    let drawn = sample 20_000 (TableSimulators.gaussian 3)
    let mean = (matrix "mean" drawn)[0]

    Array.init 3 (fun j -> column $"x{j + 1}" drawn.Rows |> Array.map (fun x -> x - mean[j]))
    |> checkCovariances (matrix "covariance" drawn)

[<Fact>]
let ``a mixture's columns are normal around the centre of their component, components equally likely`` () =
    let drawn = sample 20_000 (TableSimulators.gaussianMixture 2 4 0.1)
    let centres = (matrix "centres" drawn)[0]

    Assert.Equal<float[]>(
        [| -1.0; -1.0 / 3.0; 1.0 / 3.0; 1.0 |] |> Array.map (fun x -> Math.Round(x, 12)),
        centres |> Array.map (fun x -> Math.Round(x, 12))
    )

    for j in 1..2 do
        let chosen = column $"component{j}" drawn.Known
        let scores = Array.map2 (fun x k -> (x - centres[int k]) / 0.1) (column $"x{j}" drawn.Rows) chosen
        Draws.checkCdf Draws.normalCdf [ -1.0; 0.0; 1.0 ] scores

        for k in 0..3 do
            chosen
            |> Array.map (fun found -> if found = float k then 1.0 else 0.0)
            |> checkMean 0.25

[<Fact>]
let ``the Swiss roll lies around its spiral`` () =
    let drawn = sample 20_000 TableSimulators.swissRoll
    let r = column "r" drawn.Known
    Draws.checkCdf (fun r -> r / (2.0 * Math.PI)) [ 1.0; 3.0; 5.0 ] r

    for name, f in [ "x1", sin; "x2", cos ] do
        Array.map2 (fun x r -> (x - r * f (2.0 * r)) / 0.4) (column name drawn.Rows) r
        |> Draws.checkCdf Draws.normalCdf [ -1.0; 0.0; 1.0 ]

[<Theory; MemberData(nameof everyName)>]
let ``the truth file says what is known of each row and of the population`` name =
    let simulator = named name
    let drawn = sample 5 simulator
    let json = JsonDocument.Parse(TableTruthFile.format simulator drawn).RootElement
    Assert.Equal(name, json.GetProperty("simulator").GetString())
    let numbers (list: JsonElement) = [| for item in list.EnumerateArray() -> item.GetDouble() |]

    for known in simulator.Known do
        Assert.Equal<float[]>(column known drawn.Known, numbers (json.GetProperty("rows").GetProperty known))

    for name, rows in drawn.Matrices do
        let found = [| for row in json.GetProperty("parameters").GetProperty(name).EnumerateArray() -> numbers row |]
        Assert.Equal<float[][]>(rows, found)

[<Fact>]
let ``a draw of no rows and an unknown name are refused`` () =
    Assert.Contains(
        "n: found 0; it must be at least 1",
        TableSimulator.sample (Key.OfSeed 1L) 0 TableSimulators.swissRoll |> refusal
    )

    Assert.Contains(
        "simulator: found 'roll'; it must be one of hetero-latent, ",
        TableSimulators.named "roll" |> refusal
    )

// ---- holes ----

let private table n = (sample n (TableSimulators.gaussian 3)).Rows
let private punch share columns frame = Holes.completelyAtRandom (Key.OfSeed 8L) share columns frame |> ok
let private missing frame = Frame.columns frame |> List.map (snd >> Column.missing)

[<Fact>]
let ``holes are the share of the cells that is asked for, independent of each other, and other cells are untouched``
    ()
    =
    let full = table 20_000
    let holed = punch 0.2 [] full

    for (_, before), (_, after) in List.zip (Frame.columns full) (Frame.columns holed) do
        for isMissing, before, after in Array.zip3 (Column.missing after) (Column.texts before) (Column.texts after) do
            if not isMissing then
                Assert.Equal(before, after)

    let holes =
        missing holed
        |> List.map (Array.map (fun isMissing -> if isMissing then 1.0 else 0.0))

    holes |> List.iter (checkMean 0.2)
    Array.map2 (*) holes[0] holes[1] |> checkMean 0.04

[<Fact>]
let ``the holes of a table are those of a longer one's first rows, and only in the columns that are named`` () =
    Assert.Equal<bool[] list>(
        missing (punch 0.3 [] (table 50)),
        missing (punch 0.3 [] (table 500)) |> List.map (Array.take 50)
    )

    let only = missing (punch 0.3 [ "x2" ] (table 50))
    Assert.Equal<bool[]>((missing (punch 0.3 [] (table 50)))[1], only[1])
    Assert.DoesNotContain(true, Array.append only[0] only[2])

[<Fact>]
let ``what was missing stays missing, and texts lose their cells too`` () =
    let frame =
        match
            Frame.ofColumns [
                "a", Column.Numeric(Array.init 100 (fun i -> if i % 2 = 0 then nan else 1.0))
                "b", Column.Text(Array.create 100 "x")
            ]
        with
        | Ok frame -> frame
        | Error error -> failwith (DataError.message error)

    let holes = missing (punch 0.5 [] frame) |> List.toArray
    Assert.DoesNotContain(false, [ for i in 0..2..98 -> holes[0][i] ])
    // Within four standard deviations of a half.
    Assert.InRange(holes[1] |> Array.filter id |> Array.length, 30, 70)

[<Fact>]
let ``a share that is none and a column that is not there are refused`` () =
    for share in [ 0.0; 1.0; -0.1; nan ] do
        Assert.Contains(
            "it must be a share between 0 and 1",
            Holes.completelyAtRandom (Key.OfSeed 1L) share [] (table 5) |> refusal
        )

    Assert.Contains("lack column 'x9'", Holes.completelyAtRandom (Key.OfSeed 1L) 0.5 [ "x9" ] (table 5) |> refusal)
