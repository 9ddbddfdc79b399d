// Ten latents behind 99 columns, and one more column whose noise depends on them: the missing value of a row that was never seen, with an interval that
// is long where the noise is large and short where it is small.
//
// Source      Liu and Wong, arXiv:2601.05355, the heteroskedastic simulation; `bgm data hetero-latent`
// Published   a figure
// Tolerance   95 % intervals of the missing y cover 93 to 97 %, their mean length is within 10 % of the oracle's, and it correlates with the true
//             deviation by 0.8 or more
// Recipe      twice: the preset `recommended`, as `bgm impute` takes it, whose rates and epochs were chosen on seed 1; and the published parameters, all at
//             their defaults (20 000 iterations of the warm start, 100 epochs, batches of 32, five layers of 64, rates), where what the package has no
//             parameter for is the preset's. 20 000 rows, 10 latents; y of 2000 further rows by NUTS (`PredictOptions.quick`), whose posterior is that of
//             the published HMC
// Run time    15 minutes of processor time
// Command     dotnet fsi build.fsx paper bgm/heteroskedastic [--quick]
#load "../library.fsx"

open Library
open Paper
open BgmFunctional.Bgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators

let seeds = firstSeeds 3L
let learned, held = if isQuick then 500, 100 else 20_000, 2_000

type Answer = {
    Coverage: float
    /// Mean length by the oracle's.
    Length: float
    Correlation: float
    /// Of held-out rows, the true deviation and the length.
    Lengths: (float * float)[]
}

/// Pearson's.
let correlation (a: float[]) (b: float[]) =
    let centred (x: float[]) = let mean = Array.average x in x |> Array.map (fun x -> x - mean)
    let dot (x: float[]) (y: float[]) = Array.map2 (*) x y |> Array.sum
    let a, b = centred a, centred b
    dot a b / sqrt (dot a a * dot b b)

/// Parameters of the package at its defaults, and the rest as recommended: where networks begin, how latents move, which columns count how much, how rates
/// fall, and that held-out cells end the fit.
let publishedParameters = {
    Config = {
        Config.recommended with
            GUnits = Config.defaults.GUnits
            Rates.Theta = Config.defaults.Rates.Theta
    }
    Options = { FitOptions.defaults with HoldOut = Settings.recommended.Options.HoldOut }
}

let measure (settings: Settings) seed =
    let drawn =
        TableSimulators.heteroskedasticLatent 10 99
        |> TableSimulator.sample (Key.OfSeed seed) (learned + held)
        |> ofBgm

    let further = Frame.take [| learned .. learned + held - 1 |]
    let truth, known = further drawn.Rows, further drawn.Known
    let y, sigma = numbers "y" truth, numbers "sigma" known

    let options =
        if isQuick then
            { FitOptions.defaults with Training.EgmIterations = 20; Training.Epochs = 2 }
        else
            settings.Options

    let model =
        Frame.take [| 0 .. learned - 1 |] drawn.Rows
        |> Dataset.ofFrame []
        |> Result.bind (Fit.run settings.Config { options with Training.Seed = seed })
        |> ofBgm

    let holed = Frame.add "y" (Column.Numeric(Array.create held nan)) truth |> ofData
    let draws = if isQuick then 50 else PredictOptions.quick.Sampling.Draws

    let holes =
        (Impute.table { PredictOptions.quick with Sampling.Draws = draws } model holed
         |> ofBgm)
            .Intervals

    let length = holes |> Array.map (fun hole -> hole.High - hole.Low)
    let oracle = Array.map2 (-) (numbers "high" known) (numbers "low" known)
    let isCovered (hole: HoleInterval, y) = hole.Low <= y && y <= hole.High

    {
        Coverage = Array.zip holes y |> share isCovered
        Length = Array.average length / Array.average oracle
        Correlation = correlation length sigma
        Lengths = Array.zip sigma length
    }

let quantities recipe = [
    near $"{recipe}: coverage of 95 %% intervals of the missing y" 0.95 "" (0.02, 0.5), _.Coverage
    near $"{recipe}: their mean length, by the oracle's" 1.0 "" (0.1, 10.0), _.Length
    atLeast $"{recipe}: correlation of length with the true deviation" "" (0.8, -1.0), _.Correlation
]

let recommended = Array.map (measure Settings.recommended) seeds
let published = Array.map (measure publishedParameters) seeds

let found =
    findingsOf (quantities "recommended") recommended
    @ findingsOf (quantities "published parameters") published

Figure.create "Intervals as long as the noise is large" [
    Panel.plot "2000 rows, seed 1" "true deviation" "length of the 95 % interval" [
        Series.points "recommended" recommended[0].Lengths
        Series.points "published parameters" published[0].Lengths
        Series.line "oracle" [ for sigma in [ 0.1; 0.6 ] -> sigma, 2.0 * 1.959963984540054 * sigma ]
    ]
]
|> Figure.withCaption $"{learned} rows; Liu and Wong, arXiv:2601.05355"
|> concludeOf seeds "bgm/heteroskedastic" "A column whose noise depends on latents" learned found
