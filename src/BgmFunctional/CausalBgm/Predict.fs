// Effects with posterior intervals: of every row's latents given what is seen of it, and under Bayesian networks of their weights.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

/// Prediction.
[<RequireQualifiedAccess>]
module Predict =

    /// Rows whose chains run to the end before those of the next begin: memory is theirs, not that of all rows.
    let private chunkRows = 1024

    let private warnings (options: PredictOptions) (x: float[]) rHat ess converged : string list = [
        if not (rHat <= Summary.greatestRHat) then
            $"R-hat %.3f{rHat} is above {Summary.greatestRHat}: the chains disagree; more draws, of the weights too, or a longer burn-in are needed"
        if not (ess >= Summary.leastEss) then
            $"effective sample size %.0f{ess} is below {Summary.leastEss}: more draws are needed, of the weights too"
        if not (converged >= 0.95) then
            $"the chains of %.1f{100.0 * (1.0 - converged)} %% of the rows have R-hat above {Summary.greatestRHat}: individual intervals there are rough; more draws are needed"
        let low, high = Array.min x, Array.max x

        match options.Doses |> List.filter (fun dose -> dose < low || dose > high) with
        | [] -> ()
        | outside ->
            let doses = outside |> List.map (fun dose -> $"%g{dose}") |> String.concat ", "
            $"x values {doses} are outside the range of the data, %g{low} to %g{high}: the curve is extrapolated there"
    ]

    let internal requireAuxiliary (model: CausalModel) (data: Observations) =
        match model.Networks.Prior, data.U with
        | Some _, None -> Error(CausalError.AuxiliaryMismatch true)
        | None, Some _ -> Error(CausalError.AuxiliaryMismatch false)
        | _ -> Ok()

    /// How many are true.
    let private count flags = flags |> Array.filter id |> Array.length

    let private sample (options: PredictOptions) (model: CausalModel) (data: Observations) : Prediction =
        use team = new Team(options.Sampling.Threads)
        let chains = LatentChains.create options model data
        let n, question, stretches = chains.Rows, chains.Question, chains.Stretches
        let averages = question.Averages.Length
        let rowEffects = Array.zeroCreate<Posterior>(if question.Row.IsSome then n else 0)
        let isConverged = Array.zeroCreate<bool> n

        let chunk (sums: float[][], acceptance) first =
            let found = LatentChains.run team chains first (min chunkRows (n - first))

            team.Run(
                found.Densities.Length,
                fun row ->
                    let traces = { Chains = found.Densities[row]; Stretches = stretches }
                    isConverged[first + row] <- PooledPosterior.rHat traces <= Summary.greatestRHat

                    if question.Row.IsSome then
                        rowEffects[first + row] <- PooledPosterior.ofDraws options.Sampling.Alpha found.Effects[row]
            )

            Array.map2 (Array.map2 (+)) sums found.Sums, acceptance + found.Acceptance

        let nothing = Array.create options.Chains (Array.zeroCreate<float>(LatentChains.kept chains * averages))
        let sums, acceptance = List.fold chunk (nothing, 0.0) [ 0..chunkRows .. n - 1 ]

        let traces =
            question.Averages
            |> Array.mapi (fun a (_, rows) ->
                let average sum = sum / float (count rows)

                {
                    Chains =
                        sums
                        |> Array.map (fun sum -> [| for i in a..averages .. sum.Length - 1 -> average sum[i] |])
                    Stretches = stretches
                })

        let posteriors = traces |> Array.map (PooledPosterior.ofAverage options.Sampling.Alpha)
        let rHat = traces |> Array.map PooledPosterior.rHat |> Array.max
        let ess = traces |> Array.map PooledPosterior.ess |> Array.min
        let converged = float (count isConverged) / float n

        {
            Effect =
                match model.Config.Treatment with
                | Binary -> Effects(posteriors[0], Array.tryItem 1 posteriors, rowEffects)
                | Continuous ->
                    Curve(Array.map2 (fun x outcome -> { X = x; Outcome = outcome }) question.Doses posteriors)
            Fits = 1
            IntervalOf = options.IntervalOf
            Alpha = options.Sampling.Alpha
            Acceptance = acceptance / float (n * options.Chains)
            RHat = rHat
            Ess = ess
            RowsConverged = converged
            Warnings = warnings options (Tensor.toArray data.X) rHat ess converged
        }

    /// The effect of the treatment on these rows: from every row's posterior of Z, and under Bayesian networks of their weights. Everything is checked
    /// before any work. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (options: PredictOptions) (model: CausalModel) (data: Observations) : Result<Prediction, CausalError> =
        PredictOptions.check model.Config options
        |> Result.bind (fun options -> requireAuxiliary model data |> Result.map (fun () -> sample options model data))

    /// The same of the rows of a table with the columns that the model was fitted to.
    let ofFrame (options: PredictOptions) (model: CausalModel) (frame: Frame) : Result<Prediction, CausalError> =
        PredictOptions.check model.Config options
        |> Result.bind (fun _ -> Dataset.ofParts model.Config.Treatment model.Parts model.Scaling frame)
        |> Result.bind (Dataset.withAuxiliaryOf ((Key.OfSeed options.Sampling.Seed).Child 3L) model.Auxiliary frame)
        |> Result.bind (fun dataset -> run options model dataset.Observations)
