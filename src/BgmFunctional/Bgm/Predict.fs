// Holes filled from the posterior of each row's z given the cells that are seen, and what tells whether the chains that filled them can be believed.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Numerics

/// Prediction of holes.
[<RequireQualifiedAccess>]
module Predict =

    /// Draws of holes, float32, that wait in memory for their rows to be summarised, at most: 64 MB.
    let private mostWaiting = 16_777_216

    /// Rows whose chains run together, at most.
    let private mostRows = 1024

    /// R-hat of traces.
    let private rHat networks chains = OwnWeights.diagnose networks Array.average Diagnostics.rHat chains

    /// Effective draws, bulk or tail.
    let private ess networks chains =
        OwnWeights.diagnose
            networks
            Array.sum
            (fun chains -> min (Diagnostics.essBulk chains) (Diagnostics.essTail chains))
            chains

    let private warnings rHat ess converged divergences (chains: HoleChains) = [
        if not (rHat <= Summary.greatestRHat) then
            $"R-hat %.3f{rHat} is above {Summary.greatestRHat}: the chains disagree; more burn-in and draws are needed"
        if not (ess >= Summary.leastEss) then
            $"effective sample size %.0f{ess} is below {Summary.leastEss}: more draws are needed"
        if not (converged >= 0.9) then
            $"the chains of %.1f{100.0 * (1.0 - converged)} %% of the rows have R-hat above {Summary.greatestRHat}: intervals there are rough; more draws are needed"
        if divergences > 0 then
            $"{divergences} of {HoleChains.transitions chains} transitions were divergent: a shorter step is needed where the posterior is that narrow"
        match HoleChains.blank chains with
        | [||] -> ()
        | blank ->
            $"{blank.Length} of {chains.Rows.Length} rows with holes have no cell seen, row {blank[0] + 1} the first: they are answered from the prior"
    ]

    let private intervals (holes: int[][]) (bounds: float[,][]) =
        if holes |> Array.forall ((=) holes[0]) then
            SharedPattern(holes[0], Array3D.init holes.Length holes[0].Length 2 (fun i j k -> bounds[i][j, k]))
        else
            RowByRow(Array.map2 (fun holes bounds -> { Columns = holes; Bounds = bounds }) holes bounds)

    /// Runs the chains of some rows with holes, and fills in what they found.
    let private runChunk team (options: PredictOptions) networks (chains: HoleChains) (state: PredictionState) count =
        let first, all = state.Done, chains.Chains * chains.Kept
        let found = HoleChains.run team chains state.Gathered first count

        let summarise i =
            let row = chains.Rows[first + i]
            let densities = found.Chains |> Array.map (fun rows -> rows[i].Kept)

            if rHat networks densities <= Summary.greatestRHat then
                state.Agreement[first + i] <- 1.0

            chains.Holes[row]
            |> Array.iteri (fun h j ->
                state.Filled[row * chains.Columns + j] <- float32 (found.Sums[i][h] / float all)
                let drawn = Array.init all (fun d -> float (found.Drawn[i][h * all + d]))
                let low, high = Sorted.interval options.Sampling.Alpha (Array.sort drawn)
                let at = 2 * (chains.Before[row] + h)
                state.Bounds[at] <- low
                state.Bounds[at + 1] <- high)

        (team: Team).Run(count, summarise)

        for i, chain in Seq.indexed (Seq.concat found.Chains) do
            state.Acceptance[first * chains.Chains + i] <- chain.Report.AcceptanceRate
            state.Divergences[first * chains.Chains + i] <- float chain.Report.Divergences

        { state with Done = first + count }

    /// Chunk by chunk to the last row.
    let private runRows team options networks (chains: HoleChains) save (state: PredictionState) =
        let widest = chains.Rows |> Array.fold (fun most row -> max most chains.Holes[row].Length) 1
        let chunk = max 1 (min mostRows (mostWaiting / (chains.Chains * chains.Kept * widest)))

        let rec go (state: PredictionState) =
            if state.Done = chains.Rows.Length then
                Ok state
            else
                let next = runChunk team options networks chains state (min chunk (chains.Rows.Length - state.Done))
                save next |> Result.bind (fun () -> go next)

        go state

    let private answer (options: PredictOptions) (model: BgmModel) (chains: HoleChains) (state: PredictionState) =
        let columns, networks = chains.Columns, model.Config.Networks
        let n, all = chains.Holes.Length, chains.Chains * chains.Kept
        let gathered = state.Gathered

        let bounds =
            Array.map2
                (fun before (holes: int[]) ->
                    Array2D.init holes.Length 2 (fun h side -> state.Bounds[2 * (before + h) + side]))
                chains.Before[.. n - 1]
                chains.Holes

        /// Of the mean of a column's holes, (chains)(draws).
        let trace j =
            gathered.Totals
            |> Array.map (fun totals -> Array.init chains.Kept (fun d -> totals[d * columns + j]))

        let traces = chains.Holes |> Array.concat |> Array.distinct |> Array.map trace

        let over choose of' =
            if traces.Length = 0 then
                nan
            else
                traces |> Array.map of' |> Array.reduce choose

        let rHat, ess = over max (rHat networks), over min (ess networks)
        let divergences = int (Array.sum state.Divergences)
        let converged = if chains.Rows.Length = 0 then 1.0 else Array.average state.Agreement

        {
            Filled = Tensor.view [| n; columns |] state.Filled
            Intervals = intervals chains.Holes bounds
            Completed = gathered.Completed |> Array.map (Tensor.view [| n; columns |]) |> List.ofArray
            Draws =
                if options.KeepDraws then
                    Some(Tensor.view [| all; n; columns |] gathered.Draws)
                else
                    None
            Rows = chains.Rows.Length
            Cells = chains.Holes |> Array.sumBy _.Length
            Alpha = options.Sampling.Alpha
            Acceptance = Array.sum state.Acceptance / float state.Acceptance.Length
            Divergences = divergences
            RHat = rHat
            Ess = ess
            RowsConverged = converged
            Warnings =
                if chains.Rows.Length = 0 then
                    []
                else
                    warnings rHat ess converged divergences chains
        }

    let private sample (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : Result<Imputation, BgmError> =
        use team = new Team(options.Sampling.Threads)
        let chains = HoleChains.create options model matrix

        PredictionState.resume options model matrix chains
        |> Result.bind (fun (state, save) -> runRows team options model.Config.Networks chains save state)
        |> Result.map (answer options model chains)

    /// Fills the holes of a matrix (n, p) as the model's encoding makes it, NaN in a hole; of a row without anything seen, from the prior. Everything is checked
    /// before any work. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : Result<Imputation, BgmError> =
        let networks = model.Config.Networks

        let draws =
            lazy
                (float (PredictOptions.chains networks options * options.Sampling.Draws)
                 * float matrix.Size)

        PredictOptions.check networks options
        |> Result.bind (fun options -> BgmModel.checkMatrix model matrix |> Result.map (fun () -> options))
        |> Result.bind (fun options ->
            if options.KeepDraws && draws.Value > float Array.MaxLength then
                Error(
                    BgmError.BadOption("draws", $"{draws.Value} numbers", $"at most {Array.MaxLength} numbers to keep")
                )
            else
                sample options model matrix)
