namespace BgmFunctional.CausalChecks

open BgmFunctional.CausalBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc

/// How a model is checked.
[<NoComparison; NoEquality>]
type CausalCheckOptions = {
    /// How latents are drawn; also seed and threads.
    Predict: PredictOptions
    /// The level of the tests together: the probability of any warning from them if the model is right.
    Alpha: float
    /// A propensity below it is scarce, for two arms; for K arms 2/K of it.
    Bound: float
    /// Rows that are looked at; of more, so many are drawn at random.
    MostRows: int
}

/// Options of checks.
[<RequireQualifiedAccess>]
module CausalCheckOptions =

    /// Latents by four long-stepping chains a row, whose few draws depend little on each other, each under weights of its own; level 0.05, bound 0.05,
    /// 5000 rows.
    let defaults = {
        Predict = {
            PredictOptions.defaults with
                Sampling.Sampler = Hmc HmcOptions.recommended
                Sampling.BurnIn = 300
                Sampling.Draws = 100
                Chains = 4
        }
        Alpha = 0.05
        Bound = 0.05
        MostRows = 5000
    }

    /// Rows below which a check says little.
    let internal fewestRows = 50

    /// The options, or the first one outside its range for this kind of model.
    let check (config: Config) (options: CausalCheckOptions) : Result<CausalCheckOptions, CausalError> =
        options
        |> Setting.check CausalError.BadOption [
            Setting.inside "alpha" options.Alpha
            Setting.require
                "bound"
                (string options.Bound)
                "above 0 and below 0.5"
                (options.Bound > 0.0 && options.Bound < 0.5)
            Setting.atLeast "rows" fewestRows options.MostRows
        ]
        |> Result.bind (fun options ->
            PredictOptions.check { config with Treatment = Binary } { options.Predict with Doses = [] }
            |> Result.map (fun _ -> options))
