// The stages of a fit: where it begins, the warm start, and iterative updating from where that has led.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Stages of fits.
[<RequireQualifiedAccess>]
module internal Stages =

    /// Of expectation and maximisation: enough for what differs by a thousandth of a cell's variance.
    let private factorSteps = 200

    /// Before any step: fresh networks and latents from N(0, I), or the linear networks of a factor analysis and its latents.
    let begun (key: Key) (config: Config) (matrix: Tensor) (cells: Cells) : CarriedFit =
        let columns = Cells.columns cells

        let fresh =
            Model.initGenerator (key.Child 0L) config columns, Model.initEncoder (key.Child 1L) config columns

        let (generator, encoder), latents =
            match config.Start with
            | RandomWeights -> fresh, Initial.normal (key.Child 4L) (Cells.rows cells) config.Latents 0.0 1.0
            | Factors ->
                let factors = FactorAnalysis.fit (key.Child 7L) config.Latents factorSteps matrix
                let linear = Model.ofFactors config factors fresh

                linear,
                match config.Updates with
                | Maximised -> Model.encode (snd linear) cells
                | Langevin -> FactorAnalysis.draw (key.Child 9L) factors matrix

        let generator = NetworkTraining.start generator

        {
            Record = { Iterations = 0; Epochs = 0; History = [] }
            Tensors = {
                WarmStart = {
                    Generator = generator
                    Encoder = NetworkTraining.start encoder
                    CriticX =
                        Discriminator.init (key.Child 2L) BatchNormalised columns config.DxUnits
                        |> JudgeTraining.start
                    CriticZ =
                        Discriminator.init (key.Child 3L) BatchNormalised config.Latents config.DzUnits
                        |> JudgeTraining.start
                }
                Generator = generator
                Latents = LatentState.start latents
            }
        }

    /// Iterative updating starts where the warm start has led: its generator, with variances of its own, and e(x).
    let private takeOver config (cells: Cells) (warm: WarmStartState) =
        let z = Model.encode warm.Encoder.State cells

        {
            WarmStart = warm
            Generator = Model.withVariances config cells z warm.Generator.State |> NetworkTraining.start
            Latents = LatentState.start z
        }

    let private errors: FitErrors<BgmError> = {
        BadOption = BgmError.BadOption
        Checkpoint = BgmError.Checkpoint
        Diverged = BgmError.Diverged
    }

    /// A fit that keeps nothing.
    let unkept (options: FitOptions) : FitWork = {
        Options = options.Training
        Errors = errors
        Keeper = FitKeeper.none
        OnIteration = fun i losses -> options.Progress(WarmStart(i, options.Training.EgmIterations, losses))
        OnEpoch =
            fun epoch entry ->
                options.Progress(Updated(epoch, options.Training.Epochs, entry |> Option.map _.Evaluation))
    }

    /// What keeps a fit by its options, and where it has come to.
    let resume config (options: FitOptions) (matrix: Tensor) begun =
        let origin () = FitCheckpoint.origin config options matrix
        FitKeeper.resume errors options.Training (FitForm.like FitCheckpoint.kind begun) origin begun

    let warmStart (work: FitWork) (config: Config) (cells: Cells) key team (carried: CarriedFit) =
        let start (carried: CarriedFit) =
            WarmStarting(
                Model.warmStart config (Cells.columns cells),
                config.Rates,
                config.Penalties,
                cells,
                carried.Tensors.WarmStart,
                carried.Record.Iterations,
                work.Options.BatchSize,
                key,
                team
            )

        FitStages.warmStart work (takeOver config cells) start carried

    /// Iterative updating from where a fit has come to, on the way to as many epochs as the options say.
    let updating (config: Config) (options: TrainingOptions) (cells: Cells) key (team: Team) (carried: CarriedFit) =
        Updating<_, _, _, _>(
            Model.updatedGenerator config,
            Model.joint config,
            config.Rates,
            config.Updates,
            options.Epochs,
            cells,
            [ carried.Tensors.Generator ],
            LatentState.copy carried.Tensors.Latents,
            options.BatchSize,
            key,
            team
        )
