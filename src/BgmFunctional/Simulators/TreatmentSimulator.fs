// Populations with one treatment, one outcome and many covariates, whose true effect is known. They are no causal graphs of a few named nodes, as
// Simulator has them: what matters about them is one effect, and the covariates are hundreds.
namespace BgmFunctional.Simulators

open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// A row of a population.
type TreatedRow = {
    /// Covariates, (p).
    V: float[]
    /// The treatment.
    X: float
    /// The outcome.
    Y: float
    /// The true effect of a binary treatment on this row; NaN of a continuous one.
    Effect: float
}

/// What is known of a population.
[<NoComparison; NoEquality>]
type TreatmentTruth =
    /// The average dose-response function, worth a look from a low to a high dose.
    | TrueDoseResponse of adrf: (float -> float) * low: float * high: float
    /// The average effect of a binary treatment; each row's own comes with the rows.
    | TrueAverageEffect of ate: float

/// Rows of a population.
type TreatmentSample = {
    /// Columns x, y, v1, v2, …: treatment, outcome and covariates as they are.
    Rows: Frame
    /// The true effect on each row, (n), of a binary treatment.
    Effects: float[] option
}

/// A population with a treatment whose effect is known.
[<NoComparison; NoEquality>]
type TreatmentSimulator = {
    /// The name by which the command line knows it.
    Name: string
    /// What it is, in one line.
    Description: string
    /// The number of covariates.
    Covariates: int
    /// What values the treatment takes.
    Treatment: TreatmentKind
    /// The latent dimensions of the papers.
    Latents: LatentDims
    /// What a good model finds.
    Truth: TreatmentTruth
    /// Row i of a key's stream, from the row's own draws.
    Row: Draws -> TreatedRow
}

/// Drawing from populations.
[<RequireQualifiedAccess>]
module TreatmentSimulator =

    /// v₁ … of a row, counted from 1 as in the papers.
    let private at (v: float[]) j = v[j - 1]

    /// Hirano and Imbens 2004: V ~ Exp(1), 200 of them; X ~ Exp(rate v₁ + v₂); Y ~ N(x + (v₁ + v₃)·exp(−x(v₁ + v₃)), 1).
    let hiranoImbens: TreatmentSimulator = {
        Name = "hirano-imbens"
        Description = "Exponential covariates and a continuous treatment; ADRF x + 2/(1 + x)³."
        Covariates = 200
        Treatment = Continuous
        Latents = { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 7 }
        Truth = TrueDoseResponse((fun x -> x + 2.0 / (1.0 + x) ** 3.0), 0.0, 3.0)
        Row =
            fun draws ->
                let v = Array.init 200 (fun j -> draws.Exponential(j + 1))
                let x = draws.Exponential 0 / (at v 1 + at v 2)
                let rate = at v 1 + at v 3

                { V = v; X = x; Y = x + rate * exp (-x * rate) + draws.Normal 0; Effect = nan }
    }

    /// Sun et al. 2015: V ~ N(0, 1), 200 of them; X ~ N(−2 sin 2v₁ + v₂² − ⅓ + v₃ − ½ + cos v₄, 1); Y ~ N(v₁ − ½ + cos v₂ + v₅² + v₆ + x, 1).
    let sun: TreatmentSimulator = {
        Name = "sun"
        Description = "Normal covariates with nonlinear confounding; ADRF x + 1/2 + exp(-1/2)."
        Covariates = 200
        Treatment = Continuous
        Latents = { Z0 = 2; Z1 = 2; Z2 = 2; Z3 = 4 }
        Truth = TrueDoseResponse((fun x -> x + 0.5 + exp -0.5), -3.0, 5.0)
        Row =
            fun draws ->
                let v = Array.init 200 (fun j -> draws.Normal(j + 2))

                let x =
                    -2.0 * sin (2.0 * at v 1) + at v 2 ** 2.0 - 1.0 / 3.0 + at v 3 - 0.5
                    + cos (at v 4)
                    + draws.Normal 0

                let y = at v 1 - 0.5 + cos (at v 2) + at v 5 ** 2.0 + at v 6 + x + draws.Normal 1

                { V = v; X = x; Y = y; Effect = nan }
    }

    /// Normal draws with correlation ½ between neighbours and 0 beyond, from independent ones: the Cholesky factor of the tridiagonal matrix has two
    /// bands, b_j = ½/d_{j−1} and d_j = √(1 − b_j²).
    let private neighbours (e: float[]) =
        let v = Array.zeroCreate<float> e.Length
        let mutable d = 1.0
        v[0] <- e[0]

        for j in 1 .. e.Length - 1 do
            let b = 0.5 / d
            d <- sqrt (1.0 - b * b)
            v[j] <- b * e[j - 1] + d * e[j]

        v

    /// Colangelo and Lee 2020: V ~ N(0, Σ) with neighbours correlated ½, 100 of them; θ_l = 1/l²; x = Φ(3·Vθ) + 0.75ν − ½;
    /// y = 1.2x + x³ + x·v₁ + 1.2·Vθ + ε.
    let colangeloLee: TreatmentSimulator = {
        Name = "colangelo-lee"
        Description = "Correlated normal covariates and a cubic dose; ADRF 1.2x + x³."
        Covariates = 100
        Treatment = Continuous
        Latents = { Z0 = 5; Z1 = 5; Z2 = 5; Z3 = 5 }
        Truth = TrueDoseResponse((fun x -> 1.2 * x + x ** 3.0), -1.5, 1.5)
        Row =
            fun draws ->
                let v = neighbours (Array.init 100 (fun j -> draws.Normal(j + 2)))
                let score = v |> Seq.mapi (fun j v -> v / float (j + 1) ** 2.0) |> Seq.sum
                let x = Normal.cdf (3.0 * score) + 0.75 * draws.Normal 0 - 0.5
                let y = 1.2 * x + x ** 3.0 + x * v[0] + 1.2 * score + draws.Normal 1
                { V = v; X = x; Y = y; Effect = nan }
    }

    /// Four factors u ~ N(0, 1) behind 25 noisy covariates; u₁ and u₂ confound, u₃ drives the outcome and its spread, u₄ the treatment.
    /// P(x = 1) = σ(0.8u₁ − 0.6u₂ + 0.5u₄ + 0.3u₁u₂), effect 1 + 0.8 tanh u₁ + ½ cos u₃, y = 1 + u₁ + ½u₂² + sin 2u₃ + x·effect + (0.3 + 0.4σ(u₃))·ε.
    let binary: TreatmentSimulator = {
        Name = "binary-factors"
        Description =
            "Four factors behind 25 covariates, a binary treatment, and an effect that differs from row to row."
        Covariates = 25
        Treatment = Binary
        Latents = { Z0 = 2; Z1 = 1; Z2 = 1; Z3 = 1 }
        Truth = TrueAverageEffect(1.0 + 0.5 * exp -0.5)
        Row =
            fun draws ->
                let u = Array.init 4 (fun k -> draws.Normal(k + 1))

                let v =
                    Array.init 25 (fun j ->
                        let loading = 0.6 + 0.1 * float (j % 5)

                        loading * u[j % 4]
                        + 0.5 * tanh (2.0 * u[(j + 1 + j / 4) % 4])
                        + 0.3 * draws.Normal(j + 5))

                let logit = 0.8 * u[0] - 0.6 * u[1] + 0.5 * u[3] + 0.3 * u[0] * u[1]
                let x = if draws.Uniform 0 < Logistic.cdf logit then 1.0 else 0.0
                let effect = 1.0 + 0.8 * tanh u[0] + 0.5 * cos u[2]
                let baseline = 1.0 + u[0] + 0.5 * u[1] ** 2.0 + sin (2.0 * u[2])
                let spread = 0.3 + 0.4 * Logistic.cdf u[2]

                {
                    V = v
                    X = x
                    Y = baseline + x * effect + spread * draws.Normal 0
                    Effect = effect
                }
    }

    /// All of them.
    let all = [ hiranoImbens; sun; colangeloLee; binary ]

    /// The simulator of that name; an unknown one is refused with the names there are.
    let named (name: string) : Result<TreatmentSimulator, CausalError> =
        match all |> List.tryFind (fun simulator -> simulator.Name = name) with
        | Some simulator -> Ok simulator
        | None ->
            let known = all |> List.map _.Name |> String.concat ", "
            Error(CausalError.BadOption("simulator", $"'{name}'", $"one of {known}"))

    /// n rows; the first of a longer sample with the same key are the same. Fewer than one are refused.
    let sample (key: Key) (n: int) (simulator: TreatmentSimulator) : Result<TreatmentSample, CausalError> =
        if n < 1 then
            Error(CausalError.BadOption("n", string n, "at least 1"))
        else
            let rows = Draws.Rows(key, n) |> Array.map simulator.Row
            let column name pick = name, Column.Numeric(Array.map pick rows)

            [
                column "x" _.X
                column "y" _.Y
                for j in 0 .. simulator.Covariates - 1 do
                    column $"v{j + 1}" (fun row -> row.V[j])
            ]
            |> Frame.ofColumns
            |> Result.mapError CausalError.Data
            |> Result.map (fun frame -> {
                Rows = frame
                Effects =
                    match simulator.Treatment with
                    | Binary -> Some(Array.map _.Effect rows)
                    | Continuous -> None
            })
