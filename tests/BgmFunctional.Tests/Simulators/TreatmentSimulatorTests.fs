/// Populations with a known effect: their rows follow the equations, and the truth is what the equations say.
module BgmFunctional.Tests.Simulators.TreatmentSimulatorTests

open System.Text.Json
open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests.CausalBgm.Cases

let everyName () = TheoryData<string>(TreatmentSimulator.all |> List.map _.Name)
let private named name = TreatmentSimulator.named name |> ok
let private sample n simulator = TreatmentSimulator.sample (Key.OfSeed 5L) n simulator |> ok
let private column name frame = Draws.column name frame

/// Mean and its standard error.
let private mean (values: float[]) =
    let mean = Array.average values
    mean, sqrt (Array.averageBy (fun v -> (v - mean) ** 2.0) values / float values.Length)

let private checkMean expected values =
    let found, error = mean values
    Assert.Equal(expected, found, 5.0 * error)

[<Theory; MemberData(nameof everyName)>]
let ``the first rows of a longer draw are a shorter one`` name =
    let simulator = named name
    Assert.Equal((sample 20 simulator).Rows, Frame.take [| 0..19 |] (sample 300 simulator).Rows)
    Assert.Equal(simulator.Covariates + 2, (Frame.names (sample 2 simulator).Rows).Length)
    Assert.Equal<string list>([ "x"; "y"; "v1" ], List.truncate 3 (Frame.names (sample 2 simulator).Rows))

/// E over covariates of the outcome's equation at a dose is the ADRF; what is left of y is standard normal.
let private checkCurve simulator (structural: (int -> float) -> float -> float) doses =
    let n = 20_000
    let rows = (sample n simulator).Rows
    let v = Array.init 7 (fun j -> if j = 0 then [||] else column $"v{j}" rows)
    let at row j = if j <= 6 then v[j][row] else (column $"v{j}" rows)[row]

    match simulator.Truth with
    | TrueAverageEffect _ -> failwith "no curve"
    | TrueDoseResponse(adrf, low, high) ->
        for dose in doses do
            Assert.InRange(dose, low, high)
            Array.init n (fun row -> structural (at row) dose) |> checkMean (adrf dose)

    let x, y = column "x" rows, column "y" rows
    let rest = Array.init n (fun row -> y[row] - structural (at row) x[row])
    checkMean 0.0 rest
    rest |> Array.map (fun e -> e * e) |> checkMean 1.0

[<Fact>]
let ``Hirano and Imbens`` () =
    let outcome v x = x + (v 1 + v 3) * exp (-x * (v 1 + v 3))
    checkCurve TreatmentSimulator.hiranoImbens outcome [ 0.0; 0.5; 1.0; 3.0 ]
    let rows = (sample 20_000 TreatmentSimulator.hiranoImbens).Rows
    // x·(v₁ + v₂) is exponential with rate 1.
    Array.map3 (fun x a b -> x * (a + b)) (column "x" rows) (column "v1" rows) (column "v2" rows)
    |> checkMean 1.0

    column "v200" rows |> checkMean 1.0

[<Fact>]
let ``Sun`` () =
    let outcome v x = v 1 - 0.5 + cos (v 2) + v 5 ** 2.0 + v 6 + x
    checkCurve TreatmentSimulator.sun outcome [ -2.0; 0.0; 3.0 ]
    let rows = (sample 20_000 TreatmentSimulator.sun).Rows
    let x = column "x" rows
    let v1, v2, v3, v4 = column "v1" rows, column "v2" rows, column "v3" rows, column "v4" rows

    let rest =
        Array.init 20_000 (fun i ->
            let mean = -2.0 * sin (2.0 * v1[i]) + v2[i] ** 2.0 - 1.0 / 3.0 + v3[i] - 0.5 + cos v4[i]
            x[i] - mean)

    checkMean 0.0 rest
    rest |> Array.map (fun e -> e * e) |> checkMean 1.0

[<Fact>]
let ``Colangelo and Lee`` () =
    let n = 20_000
    let rows = (sample n TreatmentSimulator.colangeloLee).Rows
    let v = Array.init 100 (fun j -> column $"v{j + 1}" rows)
    let score = Array.init n (fun i -> Seq.sum (seq { for j in 0..99 -> v[j][i] / float (j + 1) ** 2.0 }))
    let x, y = column "x" rows, column "y" rows
    let outcome i dose = 1.2 * dose + dose ** 3.0 + dose * v[0][i] + 1.2 * score[i]

    for dose in [ -1.0; 0.5; 1.5 ] do
        Array.init n (fun i -> outcome i dose) |> checkMean (1.2 * dose + dose ** 3.0)

    Array.init n (fun i -> (y[i] - outcome i x[i]) ** 2.0) |> checkMean 1.0
    let product a b = Array.map2 (*) v[a] v[b]
    // Variances 1, neighbours' covariances ½, others 0.
    for j in [ 0; 1; 50; 99 ] do
        product j j |> checkMean 1.0

    for j in [ 0; 1; 98 ] do
        product j (j + 1) |> checkMean 0.5

    product 3 5 |> checkMean 0.0
    // Φ is uniform in the middle: x has mean E Φ(3Vθ) − ½ = 0.
    checkMean 0.0 x

[<Fact>]
let ``the binary population is confounded, and its effects average to the truth`` () =
    let drawn = sample 20_000 TreatmentSimulator.binary
    let effects = drawn.Effects.Value

    match TreatmentSimulator.binary.Truth with
    | TrueDoseResponse _ -> failwith "no curve"
    | TrueAverageEffect ate ->
        checkMean ate effects
        let x, y = column "x" drawn.Rows, column "y" drawn.Rows
        Assert.All(x, fun x -> Assert.True((x = 0.0 || x = 1.0)))
        let group value = Array.zip x y |> Array.filter (fun (x, _) -> x = value) |> Array.map snd
        let (treated, e1), (control, e0) = mean (group 1.0), mean (group 0.0)
        Assert.True(abs (treated - control - ate) > 10.0 * (e0 + e1), "the naive contrast must be biased")
        Assert.InRange(Array.average x, 0.3, 0.7)

[<Fact>]
let ``what is refused`` () =
    Assert.Contains("at least 1", TreatmentSimulator.sample key 0 TreatmentSimulator.sun |> refusal)
    Assert.Contains("hirano-imbens, sun", TreatmentSimulator.named "imbens" |> refusal)

[<Theory; MemberData(nameof everyName)>]
let ``the truth file says the truth`` name =
    let simulator = named name
    let drawn = sample 5 simulator
    let json = JsonDocument.Parse(TreatmentTruthFile.format simulator drawn).RootElement
    Assert.Equal(name, json.GetProperty("simulator").GetString())

    match simulator.Truth with
    | TrueDoseResponse(adrf, low, high) ->
        let points = json.GetProperty("adrf").EnumerateArray() |> Seq.toArray
        Assert.Equal(101, points.Length)
        Assert.Equal(low, points[0].GetProperty("x").GetDouble())
        Assert.Equal(high, points[100].GetProperty("x").GetDouble())

        Assert.All(
            points,
            fun point ->
                Assert.Equal(adrf (point.GetProperty("x").GetDouble()), point.GetProperty("mean").GetDouble(), 12)
        )
    | TrueAverageEffect ate ->
        Assert.Equal(ate, json.GetProperty("ate").GetDouble())
        let ite = json.GetProperty("ite").EnumerateArray() |> Seq.map _.GetDouble() |> Seq.toArray
        Assert.Equal<float[]>(drawn.Effects.Value, ite)
