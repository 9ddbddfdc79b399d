module BgmFunctional.Tests.Checks.DependenceTests

open System
open Xunit
open BgmFunctional.Checks
open BgmFunctional.Flows
open BgmFunctional.Kernels

/// Draws of one purpose of one replicate.
let private draws draw replicate purpose n =
    let values = Array.zeroCreate<float> n
    let key = ((Key.OfSeed 11L).Child(int64 replicate)).Child(int64 purpose)
    Kernels<float>.Best.Random(draw, key, 0L, Span values)
    values

let private level (cuts: float list) u = cuts |> List.filter (fun cut -> cut < u) |> List.length |> float

/// Rows of a made-up world: what is given, and the two variables. Each takes the replicate and the number of rows.
type private World = int -> int -> float[][] * float[] * float[]

// ---- independent given the first part, dependent otherwise -----------------------------------------------------------

let private bent: World =
    fun replicate n ->
        let z, u, v =
            draws Draw.Normal replicate 0 n, draws Draw.Normal replicate 1 n, draws Draw.Laplace replicate 2 n

        [| z |],
        Array.map2 (fun z u -> 2.0 * sin (3.0 * z) + z + u) z u,
        Array.map2 (fun z v -> z * z + (1.0 + abs z) * v) z v

let private mixed: World =
    fun replicate n ->
        let z, e = draws Draw.Normal replicate 0 n, draws Draw.Logistic replicate 1 n
        let u, v = draws Draw.Logistic replicate 2 n, draws Draw.Logistic replicate 3 n
        let w = Array.map2 (fun z e -> level [ -1.0; 0.5; 2.0 ] (z + e)) z e

        [| z; w |],
        Array.map3 (fun z w u -> level [ 0.5 ] (z - w + u)) z w u,
        Array.map3 (fun z w v -> level [ 0.0; 1.0; 2.0; 3.0 ] (w + 0.5 * z + v)) z w v

let private interacting: World =
    fun replicate n ->
        let z, t =
            draws Draw.Normal replicate 0 n, draws Draw.Uniform replicate 1 n |> Array.map (level [ 0.5 ])

        let u, v = draws Draw.Normal replicate 2 n, draws Draw.Logistic replicate 3 n
        [| z; t |], Array.map3 (fun z t u -> z * t + u) z t u, Array.map3 (fun z t v -> z * (2.0 - t) + v) z t v

/// Five confounders that shift both latents, one of which is then bent.
let private five: World =
    fun replicate n ->
        let z = Array.init 5 (fun i -> draws Draw.Normal replicate i n)
        let sum = Array.init n (fun row -> z |> Array.sumBy (fun z -> z[row]))
        let u, v = draws Draw.Logistic replicate 5 n, draws Draw.Normal replicate 6 n
        z, Array.map2 (+) sum u, Array.map2 (fun sum v -> exp (0.3 * sum) + v) sum v

let private pValue (world: World) replicate n =
    let given, x, y = world replicate n
    (Dependence.test (Dependence.given n given) x y).P

[<Fact>]
let ``p-values are uniform where the variables are independent given the others`` () =
    let replicates = 200

    for world, n in [ bent, 250; mixed, 600; interacting, 250; five, 500 ] do
        let ps = Array.init replicates (fun replicate -> pValue world replicate n)
        Assert.DoesNotContain(nan, ps)
        // Of right p-values one seed in a hundred thousand would fall below it.
        Assert.True(Kolmogorov.pValue replicates (Kolmogorov.distance ps) > 1e-5)
        let rejected = ps |> Array.averageBy (fun p -> if p < 0.05 then 1.0 else 0.0)
        // Five standard errors of a share of 200.
        Assert.InRange(rejected, 0.0, 0.05 + 5.0 * sqrt (0.05 * 0.95 / float replicates))

[<Fact>]
let ``what the others explain is seen as soon as they are not given`` () =
    for world in [ interacting; five ] do
        let _, x, y = world 0 2000
        Assert.InRange((Dependence.test (Dependence.given 2000 [||]) x y).P, 0.0, 1e-6)

[<Fact>]
let ``a trend, a bend on either side and an effect on levels are seen`` () =
    let n = 1000
    let z, x, e = draws Draw.Normal 0 0 n, draws Draw.Normal 0 1 n, draws Draw.Normal 0 2 n
    let p x y = (Dependence.test (Dependence.given n [| z |]) x y).P
    let x = Array.map2 (+) x z

    for effect in
        [
            Array.map (fun x -> 0.5 * x) x
            Array.map (fun x -> 0.5 * x * x) x
            Array.map (fun x -> if x > 1.0 then 1.5 else 0.0) x
        ] do
        let y = Array.map3 (fun effect z e -> effect + z + e) effect z e
        Assert.InRange(p x y, 0.0, 1e-4)
        Assert.InRange(p y x, 0.0, 1e-4)
        Assert.InRange(p x (Array.map (level [ -1.0; 0.0; 1.0 ]) y), 0.0, 1e-3)

[<Fact>]
let ``p-values hear ranks alone, and the sign of a correlation is its direction`` () =
    let given, x, y = five 0 500
    let y = Array.map2 (+) x y
    let test given x y = Dependence.test (Dependence.given 500 given) x y
    let once = test given x y

    let stretched =
        test (Array.map (Array.map exp) given) (Array.map (fun x -> x ** 3.0) x) (Array.map exp y)

    Assert.Equal(once, stretched)
    Assert.True(once.Correlation > 0.3)
    Assert.Equal(-once.Correlation, (test given x (Array.map (~-) y)).Correlation, 1e-9)
    Assert.Equal(once.P, (test given y x).P, 1e-9 * once.P)

[<Fact>]
let ``what cannot be tested is not a number`` () =
    let n = 300
    let z, x = draws Draw.Normal 0 0 n, draws Draw.Normal 0 1 n
    let p given x y = (Dependence.test (Dependence.given n given) x y).P
    let rare = Array.init n (fun row -> if row < 3 then 1.0 else 0.0)
    Assert.Equal(nan, p [||] x (Array.create n 1.0))
    Assert.Equal(nan, p [| z |] x (Array.map exp z))
    Assert.Equal(nan, p [||] rare x)

[<Fact>]
let ``places are ranks from −1 to 1 with ties in one place`` () =
    Assert.Equal<float[]>([| 0.5; -0.5; 0.5; -0.5 |], RankScores.places [| 7.0; -2.0; 7.0; -2.0 |])
    Assert.Equal(3, (RankScores.polynomials 10 [| 0.0; 1.0; 2.0; 3.0; 0.0 |]).Length)
    Assert.Empty(RankScores.polynomials 10 [| 4.0; 4.0 |])

[<Fact>]
let ``what a span explains and what is left add up, and columns that are there already add nothing`` () =
    let n = 50
    let columns = Array.init 4 (fun i -> draws Draw.Normal 0 i n)
    let span = Span.constant n |> Span.extend columns
    Assert.Equal(5, span.Columns.Length)
    Assert.Equal(5, (Span.extend [ Array.map2 (+) columns[0] columns[1] ] span).Columns.Length)
    Assert.Equal(5.0, Array.sum span.Leverage, 1e-9)
    let x = draws Draw.Normal 0 9 n
    let residual = (Span.residual span x).Value

    Array.map2 (+) residual (Span.fitted span x)
    |> Array.iter2 (fun x sum -> Assert.Equal(x, sum, 1e-12)) x

    for column in columns do
        Assert.Equal(0.0, Array.fold2 (fun sum x y -> sum + x * y) 0.0 residual column, 1e-9)
