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
    /// Leaves a checkpoint, if the options want any.
    Save: CarriedFit -> Result<unit, CausalError>
    /// Whether one is due after so many rounds.
    IsDue: int -> bool
}

/// The stages of a fit.
[<RequireQualifiedAccess>]
module internal Stages =

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

    let private endIfCancelled (work: Work) save =
        if work.Options.Training.Cancellation.IsCancellationRequested then
            save ()
            |> Result.bind (fun () -> raise (OperationCanceledException work.Options.Training.Cancellation))
        else
            Ok()

    let warmStart (work: Work) first (state: EgmState) : Result<EgmState, CausalError> =
        let options = work.Options

        let training =
            EgmTraining(
                work.Config,
                work.Data,
                state,
                first,
                options.Training.EgmIterations,
                options.Training.BatchSize,
                work.Key.Child 2L,
                work.Team
            )

        let saveAfter i = work.Save(InWarmStart(i, training.State))

        let report i =
            let losses = training.Losses
            options.Progress(WarmStart(i, options.Training.EgmIterations, losses))

            if Tree.leaves losses |> Array.exists (Tensor.item >> Double.IsFinite >> not) then
                Error(CausalError.Diverged("warm start", i))
            elif
                i < options.Training.EgmIterations
                && work.IsDue(i / options.Training.EgmIterationsPerReport)
            then
                saveAfter i
            else
                Ok()

        let rec iterate i =
            if i = options.Training.EgmIterations then
                Ok training.State
            else
                endIfCancelled work (fun () -> saveAfter i)
                |> Result.bind (fun () ->
                    training.Advance()

                    if
                        (i + 1) % options.Training.EgmIterationsPerReport = 0
                        || i + 1 = options.Training.EgmIterations
                    then
                        report (i + 1)
                    else
                        Ok())
                |> Result.bind (fun () -> iterate (i + 1))

        iterate first

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
        let save state = work.Save(InUpdating(now state))

        let runEpoch (state: UpdatingState) =
            updating.RunEpoch(state.Epoch, options.Training.Cancellation)
            let state = { state with Epoch = state.Epoch + 1 }

            if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                Error(CausalError.Diverged("updating", state.Epoch))
            else
                Ok state

        /// The last evaluation, if it is off schedule, is not part of a checkpoint, so that more epochs can follow.
        let finish (state: UpdatingState) =
            save state
            |> Result.map (fun () ->
                if state.Epoch % options.Training.EpochsPerEvaluation = 0 then
                    now state
                else
                    let last = now (evaluate state)
                    options.Progress(Updated(state.Epoch, options.Training.Epochs, Some last.History.Head.Evaluation))
                    last)

        let rec epochs (state: UpdatingState) =
            if state.Epoch = options.Training.Epochs then
                finish state
            else
                endIfCancelled work (fun () -> save state)
                |> Result.bind (fun () -> runEpoch state)
                |> Result.bind (fun state ->
                    if state.Epoch % options.Training.EpochsPerEvaluation = 0 then
                        let state = evaluate state

                        options.Progress(
                            Updated(state.Epoch, options.Training.Epochs, Some state.History.Head.Evaluation)
                        )

                        Ok state
                    else
                        if state.Epoch < options.Training.Epochs then
                            options.Progress(Updated(state.Epoch, options.Training.Epochs, None))

                        Ok state)
                |> Result.bind (fun state ->
                    (if state.Epoch < options.Training.Epochs && work.IsDue state.Epoch then
                         save state
                     else
                         Ok())
                    |> Result.map (fun () -> state))
                |> Result.bind epochs

        epochs state
