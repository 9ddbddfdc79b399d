module BgmFunctional.Tests.Mcmc.DiagnosticsTests

open System
open Xunit
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

/// Uniform numbers by a congruential generator whose products are exact in doubles, so that R makes the same.
let private uniforms n =
    (1.0, seq { 1..n })
    ||> Seq.scan (fun state _ -> (69069.0 * state + 1.0) % 4294967296.0)
    |> Seq.tail
    |> Seq.map (fun state -> state / 4294967296.0)
    |> Seq.toArray

let private autoregression phi (noise: float[]) = noise |> Array.scan (fun x e -> phi * x + e) 0.0 |> Array.tail

let private chains draws count phi =
    uniforms (4 * draws * count)
    |> Array.chunkBySize 4
    |> Array.map (fun u -> Array.sum u - 2.0)
    |> Array.chunkBySize draws
    |> Array.map (autoregression phi)

let private cases =
    Map [
        "mixing", chains 101 4 0.5
        "slow", chains 250 2 0.95
        "antithetic", chains 400 1 -0.6
        "shifted", chains 100 4 0.2 |> Array.mapi (fun c -> Array.map (fun x -> x + float c / 4.0))
        "scaled", chains 100 4 0.2 |> Array.mapi (fun c -> Array.map (fun x -> x * float (c + 1)))
        "ties", uniforms 360 |> Array.map (fun u -> floor (3.0 * u)) |> Array.chunkBySize 120
    ]

// R 4.2.2, posterior 1.4.0: Rscript posterior.R, beside this file. rhat, ess_bulk, ess_tail, ess_quantile(0.3), ess_mean, mcse_mean.
let private oracle = [
    "mixing",
    [
        1.02242997748099
        165.806131011552
        237.726515709729
        173.198213261971
        166.629793900283
        0.0531904293533182
    ]
    "slow",
    [
        1.15163323728312
        10.2059228394437
        95.2248219219986
        13.5093102964143
        10.5271824770703
        0.502693748883091
    ]
    "antithetic",
    [
        0.998187251393279
        1040.82399653119
        264.166366821654
        602.332564696521
        1040.82399653119
        0.0240449685987494
    ]
    "shifted",
    [
        1.11208099788916
        29.983458799924
        163.577279310638
        76.1996292991005
        30.4861141367217
        0.121031142132905
    ]
    "scaled",
    [
        1.13599111754177
        260.148738165736
        114.370048686152
        306.48328201844
        253.650157564925
        0.105001431949246
    ]
    "ties", [ 1.01060028605635; 311.18114614349; nan; 321.137397818235; 311.190445105561; 0.0460521791212843 ]
]

[<Fact>]
let ``R-hat and effective sample sizes are those of R's posterior package`` () =
    let functions = [
        Diagnostics.rHat
        Diagnostics.essBulk
        Diagnostics.essTail
        Diagnostics.essQuantile 0.3
        Diagnostics.essMean
        Diagnostics.mcseMean
    ]

    for name, expected in oracle do
        List.iteri2
            (fun i f (e: float) ->
                let found = f cases[name]
                let isSame = abs (found / e - 1.0) < 1e-9 || (Double.IsNaN found && Double.IsNaN e)
                Assert.True(isSame, $"{name}, {i}: {found}, expected {e}"))
            functions
            expected

[<Fact>]
let ``the effective size of an autoregression is that of theory`` () =
    for phi in [ -0.3; 0.0; 0.5; 0.9 ] do
        let noise = Array.zeroCreate<float> 200_000
        Kernels<float>.Best.Random(Draw.Normal, Key.OfSeed 1L, 0L, Span noise)
        let traces = noise |> Array.chunkBySize 50_000 |> Array.map (autoregression phi)
        // Var of the mean is (1 + φ)/(1 − φ) times that of independent draws; the estimate errs by about √(4·lags/n), a few percent at 0.9.
        let theory = 200_000.0 * (1.0 - phi) / (1.0 + phi)
        Assert.Equal(1.0, Diagnostics.essMean traces / theory, 0.08)
        Assert.Equal(1.0, Diagnostics.essBulk traces / theory, 0.08)
        Assert.True(Diagnostics.rHat traces < 1.01)

[<Fact>]
let ``what says nothing is NaN, and traces of different lengths are refused`` () =
    for useless in [ [| [| 1.0; 1.0; 1.0; 1.0 |] |]; [| [| 1.0; 2.0; 3.0 |] |]; [| [| 1.0; nan; 2.0; 3.0; 4.0 |] |] ] do
        Assert.True(Double.IsNaN(Diagnostics.rHat useless))
        Assert.True(Double.IsNaN(Diagnostics.essBulk useless))
        Assert.True(Double.IsNaN(Diagnostics.essTail useless))

    let error =
        Assert.Throws<ArgumentException>(fun () -> Diagnostics.rHat [| [| 1.0 .. 8.0 |]; [| 1.0 .. 9.0 |] |] |> ignore)

    Assert.Contains("[|8; 9|]", error.Message)

[<Fact>]
let ``a summary warns of chains that disagree and of too few draws`` () =
    let shifted = Summary.ofChains cases["shifted"]
    let warnings = Summary.warnings ("x", shifted)
    Assert.Equal(2, warnings.Length)
    Assert.Contains("x: R-hat 1.112 is above 1.01", warnings[0])
    Assert.Contains("x: effective sample size 30 is below 400", warnings[1])

    let normals = Array.zeroCreate<float> 8000
    Kernels<float>.Best.Random(Draw.Normal, Key.OfSeed 2L, 0L, Span normals)
    let good = Summary.ofChains (Array.chunkBySize 2000 normals)
    Assert.Empty(Summary.warnings ("x", good))
    Assert.Equal(2, (Summary.table [ "x", good ]).Length)
    Assert.Equal(0.0, good.Median, 0.06)
    Assert.Equal(1.645, good.Q95, 0.1)
