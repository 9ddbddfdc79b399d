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
                linear, Model.encode (snd linear) cells

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
    let private takeOver config (cells: Cells) (warm: WarmStartState) : FitTensors =
        let z = Model.encode warm.Encoder.State cells

        {
            WarmStart = warm
            Generator = Model.withVariances config cells z warm.Generator.State |> NetworkTraining.start
            Latents = LatentState.start z
        }

    let warmStart (config: Config) (options: FitOptions) (cells: Cells) key isDue save (carried: CarriedFit) team =
        let settings = {
            LearningRate = config.LearningRate
            CriticSteps = config.CriticSteps
            Gamma = config.Gamma
            Alpha = config.Alpha
        }

        let training =
            lazy
                WarmStarting<_, _, _, _, _, _, _, _, _>(
                    Model.warmStart config (Cells.columns cells),
                    settings,
                    cells,
                    carried.Tensors.WarmStart,
                    carried.Record.Iterations,
                    options.Training.BatchSize,
                    key,
                    team
                )

        let carriedAt i = {
            Record = { carried.Record with Iterations = i }
            Tensors =
                if i = options.Training.EgmIterations then
                    takeOver config cells training.Value.State
                else
                    { carried.Tensors with WarmStart = training.Value.State }
        }

        let report i =
            let losses = training.Value.Losses
            options.Progress(WarmStart(i, options.Training.EgmIterations, losses))

            if not (WarmStartLosses.isFinite losses) then
                Error(BgmError.Diverged("warm start", i))
            elif isDue (i / options.Training.EgmIterationsPerReport) then
                save (carriedAt i)
            else
                Ok()

        if carried.Record.Iterations = options.Training.EgmIterations then
            Ok carried
        else
            Iterations.run
                carried.Record.Iterations
                options.Training.EgmIterations
                options.Training.EgmIterationsPerReport
                options.Training.Cancellation
                (fun () -> training.Value.Advance())
                report
            |> Result.map (fun () -> carriedAt options.Training.EgmIterations)

    /// Iterative updating from where a fit has come to.
    let updating (config: Config) (options: FitOptions) (cells: Cells) key (carried: CarriedFit) (team: Team) =
        let rates = {
            Theta = config.LearningRateTheta
            Z = config.LearningRateZ
            KlWeight = config.KlWeight
            Adam = NetworkTraining.adam
            Updates = config.Updates
        }

        Updating<_, _, _, _>(
            Model.generatorArchitecture config,
            Model.joint config,
            rates,
            cells,
            [ carried.Tensors.Generator ],
            LatentState.copy carried.Tensors.Latents,
            options.Training.BatchSize,
            key,
            team
        )
