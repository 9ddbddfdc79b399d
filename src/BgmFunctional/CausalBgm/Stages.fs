// The two stages of a fit, from wherever they stand to their end: the warm start, an iteration at a time, and iterative updating, an epoch at a time.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// What both stages of a fit work with; rows and configuration are in the networks' units.
[<NoComparison; NoEquality>]
type internal Work = {
    Config: Config
    Options: FitOptions
    Units: LearningUnits
    Data: Observations
    Key: Key
    Team: Team
    Keeper: FitKeeper<CarriedFit, CausalError>
}

/// The stages of a fit.
[<RequireQualifiedAccess>]
module internal Stages =

    let errors: FitErrors<CausalError> = {
        BadOption = CausalError.BadOption
        Checkpoint = CausalError.Checkpoint
        Diverged = CausalError.Diverged
    }

    /// e(V) by the mean network: (n, p) -> (n, q).
    let encode (encoder: NetworkState) (v: Tensor) = Tensor.force (Network.applyPlain (Network.mean encoder) v)

    /// Both stages before their first step; updating as it is without a warm start, from latents of N(0, I).
    let start (work: Work) : EgmState * UpdatingState =
        let config, data = work.Config, work.Data
        let covariates, rows = Observations.covariates data, Observations.rows data
        let auxiliary = data.U |> Option.map (fun u -> u.Shape[1]) |> Option.defaultValue 0
        let encoder = initEncoder (work.Key.Child 0L) config covariates
        let networks = init (work.Key.Child 1L) config covariates auxiliary

        EgmState.start (work.Key.Child 2L) config encoder networks,
        {
            Epoch = 0
            Encoder = encoder
            Networks = Networks.map NetworkTraining.start networks
            Latents =
                Initial.normal (work.Key.Child 3L) rows (LatentDims.total config.Latents) 0.0 1.0
                |> LatentState.start
            History = []
            Best = None
        }

    /// Updating starts where the warm start has led, at e(V).
    let takeOver (work: Work) (warm: EgmState) (start: UpdatingState) = {
        start with
            Encoder = warm.Encoder.State
            Networks = {
                Networks.map (_.State >> NetworkTraining.start) warm.Networks with
                    Prior = start.Networks.Prior
            }
            Latents = encode warm.Encoder.State work.Data.V |> LatentState.start
    }

    let warmStart (work: Work) first (state: EgmState) : Result<EgmState, CausalError> =
        let options = work.Options.Training

        let training =
            EgmTraining(
                work.Config,
                work.Data,
                state,
                first,
                options.EgmIterations,
                options.BatchSize,
                work.Key.Child 2L,
                work.Team
            )

        let saveAfter i = work.Keeper.Save(InWarmStart(i, training.State))

        let report i =
            let losses = training.Losses
            work.Options.Progress(WarmStart(i, options.EgmIterations, losses))

            if Tree.leaves losses |> Array.exists (Tensor.item >> Double.IsFinite >> not) then
                Error(CausalError.Diverged("warm start", i))
            elif
                i < options.EgmIterations
                && work.Keeper.IsDue(i / options.EgmIterationsPerReport)
            then
                saveAfter i
            else
                Ok()

        Iterations.run
            first
            options.EgmIterations
            options.EgmIterationsPerReport
            options.Cancellation
            saveAfter
            training.Advance
            report
        |> Result.map (fun () -> training.State)

    let update (work: Work) (state: UpdatingState) : Result<UpdatingState, CausalError> =
        let options, latents = work.Options, state.Latents

        let updating =
            Updating(
                work.Config,
                work.Data,
                state.Networks,
                latents,
                options.Training.BatchSize,
                options.Training.Epochs,
                work.Key.Child 4L,
                work.Team
            )

        let evaluator =
            Evaluator(work.Config, work.Data, posteriorMeans updating.Networks, latents.Z, work.Team)

        let evaluate (state: UpdatingState) =
            let evaluation = evaluator.Run(posteriorMeans updating.Networks) |> Evaluation.leave work.Units

            let isBest =
                state.Epoch >= options.StartOff
                && state.Best |> Option.forall (fun best -> evaluation.MseY < best.MseY)

            {
                state with
                    History = { Epoch = state.Epoch; Evaluation = evaluation } :: state.History
                    Best =
                        if isBest then
                            Some {
                                Epoch = state.Epoch
                                MseY = evaluation.MseY
                                Networks = updating.Networks
                                Latents = (LatentState.copy latents).Z
                            }
                        else
                            state.Best
            }

        let now (state: UpdatingState) = { state with Networks = updating.Training }
        let tell epoch evaluation = options.Progress(Updated(epoch, options.Training.Epochs, evaluation))

        let run (state: UpdatingState) =
            updating.RunEpoch(state.Epoch, options.Training.Cancellation)
            let state = { state with Epoch = state.Epoch + 1 }

            if updating.Losses |> Array.forall Double.IsFinite then
                Ok state
            else
                Error(CausalError.Diverged("updating", state.Epoch))

        Epochs.run
            options.Training
            {
                Done = fun (state: UpdatingState) -> state.Epoch
                Run = run
                Evaluate =
                    fun state ->
                        let state = evaluate state
                        tell state.Epoch (Some state.History.Head.Evaluation)
                        state
                Pass = fun state -> tell state.Epoch None
                Keeper = FitKeeper.ofState (now >> InUpdating) work.Keeper
            }
            state
        |> Result.map now
