module BgmFunctional.Tests.Bgm.PoolingTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Tests
open BgmFunctional.Tests.Data

let private ok answer = Answers.valueOf BgmError.message answer
let private refusal answer = Answers.refusalOf BgmError.message answer

let private frame columns = Expect.ok (Frame.ofColumns columns)
let private numbers name frame = Expect.ok (Frame.column name frame |> Result.bind (Column.numbers name))

// ---- R's mice ----

let private oracle file = Expect.ok (Csv.read (Repository.path $"tests/BgmFunctional.Tests/Bgm/Oracle/{file}"))

/// The five completed tables of Oracle/pooling.R.
let private completed =
    let all = oracle "completed.csv"
    let imputation = numbers ".imp" all
    let columns = Frame.names all |> List.except [ ".imp" ]

    [
        for k in 1.0 .. 5.0 ->
            let rows = [|
                for i in 0 .. imputation.Length - 1 do
                    if imputation[i] = k then
                        i
            |]

            Frame.take rows all |> Frame.select columns |> Expect.ok
    ]

let private agrees (fit: string) (found: PooledEstimate list) =
    let pooled = oracle "pooled.csv"
    let fits = Column.texts (Frame.tryColumn "fit" pooled).Value

    let rows = [
        for i in 0 .. fits.Length - 1 do
            if fits[i] = fit then
                i
    ]

    Assert.Equal(rows.Length, found.Length)

    for row, estimate in List.zip rows found do
        // Relative to the estimate's own error, since an estimate may be near 0.
        let scale = (numbers "error" pooled)[row]

        for name, value in
            [
                "estimate", estimate.Estimate
                "error", estimate.StandardError
                "low", estimate.Low
                "high", estimate.High
            ] do
            Assert.Equal((numbers name pooled)[row] / scale, value / scale, 1e-10)

        for name, value in
            [
                "df", estimate.DegreesOfFreedom
                "within", estimate.WithinVariance
                "between", estimate.BetweenVariance
                "total", estimate.TotalVariance
                "missing", estimate.MissingInformation
            ] do
            Assert.Equal(1.0, value / (numbers name pooled)[row], 1e-10)

[<Fact>]
let ``a regression is pooled as R's mice does`` () =
    let formula = "bmi ~ skin + glu + type"
    let found = Pooling.regression 0.05 formula completed |> ok
    Assert.Equal<string list>([ "(intercept)"; "skin"; "glu"; "type=Yes" ], found |> List.map _.Term)
    agrees formula found

[<Fact>]
let ``means are pooled as R's mice does, those of numbers`` () =
    let found = Pooling.means 0.05 completed |> ok
    Assert.Equal<string list>([ "glu"; "skin"; "bmi" ], found |> List.map _.Term)
    found |> List.iter (fun mean -> agrees $"{mean.Term} ~ 1" [ mean ])

[<Fact>]
let ``a point stands for all other columns`` () =
    Assert.Equal<PooledEstimate list>(
        Pooling.regression 0.05 "bmi ~ glu + skin + type" completed |> ok,
        Pooling.regression 0.05 "bmi ~ ." completed |> ok
    )

// ---- laws ----

let private estimates =
    let number = Gen.choose (-1000, 1000) |> Gen.map (fun i -> float i / 100.0)

    let table =
        Gen.map2 (fun estimate variance -> { Estimate = estimate; Variance = abs variance + 0.01 }) number number

    gen {
        let! count = Gen.choose (2, 8)
        return! Gen.arrayOfLength count table
    }
    |> Arb.fromGen

[<Fact>]
let ``tables that agree give the complete table's answer, and no information is missing but what few rows lack`` () =
    Prop.forAll estimates (fun tables ->
        let same = Array.create tables.Length tables[0]
        let pooled = Rubin.pool 0.05 infinity "x" same

        // A mean of equal numbers is rounded.
        abs (pooled.Estimate - tables[0].Estimate) < 1e-12
        && abs (pooled.StandardError ** 2.0 - tables[0].Variance) < 1e-12
        && pooled.MissingInformation < 1e-12
        && abs ((pooled.High - pooled.Estimate) / pooled.StandardError - 1.959963984540054) < 1e-9)
    |> Law.check

[<Fact>]
let ``holes never make an interval shorter than the mean of the tables' variances allows, and the order of tables does not matter``
    ()
    =
    Prop.forAll estimates (fun tables ->
        let pooled = Rubin.pool 0.1 30.0 "x" tables
        let reversed = Rubin.pool 0.1 30.0 "x" (Array.rev tables)

        pooled.TotalVariance >= pooled.WithinVariance
        && pooled.DegreesOfFreedom <= 30.0
        && pooled.MissingInformation >= 0.0
        && pooled.MissingInformation <= 1.0
        && pooled.Low < pooled.Estimate
        && abs (pooled.Low - reversed.Low) < 1e-9 * (pooled.High - pooled.Low))
    |> Law.check

[<Fact>]
let ``a smaller alpha gives a longer interval around the same estimate`` () =
    Prop.forAll estimates (fun tables ->
        let at alpha = Rubin.pool alpha 5.0 "x" tables

        at(0.01).Low < at(0.1).Low
        && at(0.01).High > at(0.1).High
        && at(0.01).Estimate = at(0.1).Estimate)
    |> Law.check

[<Fact>]
let ``a line is found exactly, whatever the scale of its columns`` () =
    let x1 = Array.init 20 (fun i -> float (i * i % 7))
    let x2 = Array.init 20 (fun i -> 1e9 * float (i * 3 % 5))

    let table =
        frame [
            "x1", Column.Numeric x1
            "x2", Column.Numeric x2
            "y", Column.Numeric(Array.map2 (fun a b -> 3.0 + 2.0 * a - 4e-9 * b) x1 x2)
        ]

    let found =
        Pooling.regression 0.05 "y ~ x1 + x2" [ table; table ]
        |> ok
        |> List.map _.Estimate

    List.iter2 (fun (wanted: float) found -> Assert.Equal(1.0, found / wanted, 1e-10)) [ 3.0; 2.0; -4e-9 ] found

// ---- refusals ----

let private numbersOf (values: float list) = Column.Numeric(List.toArray values)
let private small = frame [ "a", numbersOf [ 1.0; 2.0; 4.0 ]; "b", numbersOf [ 0.0; 1.0; 5.0 ] ]

[<Fact>]
let ``one table, tables of other rows or columns, and another alpha are refused`` () =
    Assert.Contains("tables: found 1; it must be two", Pooling.means 0.05 [ small ] |> refusal)

    Assert.Contains(
        "table 2: found 2 rows; it must be",
        Pooling.means 0.05 [ small; Frame.take [| 0; 1 |] small ] |> refusal
    )

    Assert.Contains("column 'b'", Pooling.means 0.05 [ small; Expect.ok (Frame.select [ "a" ] small) ] |> refusal)

    for alpha in [ 0.0; 1.0; nan ] do
        Assert.Contains("alpha: found", Pooling.means alpha [ small; small ] |> refusal)

[<Fact>]
let ``a hole is refused with its column and row`` () =
    let holed = frame [ "a", numbersOf [ 1.0; nan; 4.0 ]; "b", numbersOf [ 0.0; 1.0; 5.0 ] ]
    Assert.Contains("Column 'a', row 2: the value is missing", Pooling.means 0.05 [ small; holed ] |> refusal)

[<Theory>]
[<InlineData("a", "like y ~ a + b")>]
[<InlineData("a ~", "like y ~ a + b")>]
[<InlineData("~ b", "like y ~ a + b")>]
[<InlineData("a ~ b ~ a", "like y ~ a + b")>]
[<InlineData("a ~ c", "There is no column 'c'")>]
[<InlineData("a ~ b + b", "every column stands once")>]
[<InlineData("a ~ a", "every column stands once")>]
let ``a formula that is none is refused`` (formula: string) (message: string) =
    Assert.Contains(message, Pooling.regression 0.05 formula [ small; small ] |> refusal)

[<Fact>]
let ``columns that add up and too few rows are refused`` () =
    let sum =
        frame (
            Frame.columns small
            @ [ "c", numbersOf [ 1.0; 3.0; 9.0 ]; "y", numbersOf [ 1.0; 0.0; 1.0 ] ]
        )

    Assert.Contains("3 coefficients for 3 rows", Pooling.regression 0.05 "y ~ a + b" [ sum; sum ] |> refusal)
    let long = Frame.take [| 0; 1; 2; 0; 1; 2; 2; 1 |] sum

    Assert.Contains(
        "formula: c is constant or adds up",
        Pooling.regression 0.05 "y ~ a + b + c" [ long; long ] |> refusal
    )
