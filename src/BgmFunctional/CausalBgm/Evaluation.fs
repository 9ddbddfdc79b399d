// How well a model reconstructs what was seen, and the effect that it estimates from given latents.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// A point of a dose-response curve.
type DosePoint = {
    /// The treatment.
    X: float
    /// The mean outcome if all were treated so.
    Mean: float
}

/// A causal effect that is estimated at given latents, without its uncertainty.
type EffectEstimate =
    /// E y(1) − y(0) of each row, (n): a binary treatment.
    | Individual of effects: float[]
    /// The average dose-response function: a continuous treatment.
    | DoseResponse of curve: DosePoint[]

/// What an evaluation says.
type Evaluation = {
    /// Mean square of x − x̂; of a binary treatment, x̂ is its probability.
    MseX: float
    /// Mean square of y − ŷ.
    MseY: float
    /// Mean square of v − v̂, of standardised covariates.
    MseV: float
    /// The effect.
    Effect: EffectEstimate
}

/// Evaluations.
[<RequireQualifiedAccess>]
module internal Evaluation =

    /// A point in the data's units, out of those of a model's networks.
    let leavePoint (units: LearningUnits) (point: DosePoint) = {
        X = Units.leave units.X point.X
        Mean = Units.leave units.Y point.Mean
    }

    /// An evaluation in the data's units, out of those of a model's networks.
    let leave (units: LearningUnits) (evaluation: Evaluation) = {
        evaluation with
            MseX = evaluation.MseX * units.X.Scale ** 2.0
            MseY = evaluation.MseY * units.Y.Scale ** 2.0
            Effect =
                match evaluation.Effect with
                | Individual effects -> Individual(effects |> Array.map (fun effect -> effect * units.Y.Scale))
                | DoseResponse curve -> DoseResponse(curve |> Array.map (leavePoint units))
    }

/// What an evaluation of a chunk reads.
type internal ChunkInput = { Rows: Observations; Z: Tensor; Place: ChunkPlace }

/// Evaluation of plain networks at latents, by chunks of rows on a team. Sums go chunk by chunk in a fixed order, whatever the threads.
[<Sealed>]
type internal Evaluator(config: Config, data: Observations, networks: Networks<Mlp>, z: Tensor, team: Team) =
    let n = Observations.rows data
    let chunks = ChunkedRows(n, 512, team)
    let networks = { networks with Prior = None }

    let inputs =
        chunks.Places
        |> Array.map (fun place -> { Rows = { data with U = None }; Z = z; Place = place })

    let gather (input: ChunkInput) =
        Tensor.gatherRows input.Place.Indices input.Z, Observations.gather input.Place.Indices input.Rows

    let outcome (f: Mlp) z x = means (Network.applyPlain f (outcomeInput config.Latents z x))

    let errors (networks: Networks<Mlp>, input: ChunkInput) =
        let z, rows = gather input

        let square (target: Tensor) (guess: Tensor) =
            Tensor.sum (input.Place.RowWeights * Tensor.sumKeep 1 (Tensor.square (target - guess)))

        let x = means (Network.applyPlain networks.Treatment (treatmentInput config.Latents z))

        square
            rows.X
            (match config.Treatment with
             | Continuous -> x
             | Binary -> Tensor.sigmoid x),
        square rows.Y (outcome networks.Outcome z rows.X),
        square rows.V (means (Network.applyPlain networks.Covariates z))

    /// μ_y (rows, 1) of a chunk, had all been treated with x (1, 1).
    let potential (f: Mlp, input: ChunkInput, x: Tensor) =
        let z, rows = gather input
        outcome f z (Tensor.broadcast rows.X.Shape x)

    let errorPrograms = Program.copies chunks.Workers errors (networks, inputs[0])
    let dose = Array.zeroCreate<float32> 1
    let doseTensor = Tensor.view [| 1; 1 |] dose

    let potentialPrograms =
        Program.copies chunks.Workers potential (networks.Outcome, inputs[0], doseTensor)

    let bind (networks: Networks<Mlp>) =
        for worker in 0 .. chunks.Workers - 1 do
            errorPrograms[worker].Bind((networks, inputs[worker]))
            potentialPrograms[worker].Bind((networks.Outcome, inputs[worker], doseTensor))

    /// μ_y of every row under one dose.
    let potentialOutcomes (x: float) =
        dose[0] <- float32 x
        let all = Array.zeroCreate<float> n

        chunks.ForEach(fun worker chunk ->
            potentialPrograms[worker].Execute()
            let values = Tensor.toArray potentialPrograms[worker].Output
            let first = chunk * values.Length
            Array.blit values 0 all first (min values.Length (n - first)))

        all

    let doses =
        lazy
            (let x = Tensor.toArray data.X |> Array.sort
             let quantile p = x[int (Math.Round(p * float (n - 1)))]
             let low, high = quantile 0.05, quantile 0.95

             Array.init Evaluator.CurvePoints (fun i ->
                 low + (high - low) * float i / float (Evaluator.CurvePoints - 1)))

    let effect () =
        match config.Treatment with
        | Binary -> Individual(Array.map2 (-) (potentialOutcomes 1.0) (potentialOutcomes 0.0))
        | Continuous ->
            DoseResponse(
                doses.Value
                |> Array.map (fun x -> { X = x; Mean = Array.average (potentialOutcomes x) })
            )

    /// Points of the curve, as published.
    static member CurvePoints = 200

    /// The evaluation of networks at the latents as they are now.
    member _.Run(networks: Networks<Mlp>) : Evaluation =
        bind { networks with Prior = None }
        let sums = Array.zeroCreate<float * float * float> chunks.Count

        chunks.ForEach(fun worker chunk ->
            errorPrograms[worker].Execute()
            let x, y, v = errorPrograms[worker].Output
            sums[chunk] <- Tensor.item x, Tensor.item y, Tensor.item v)

        let total pick = sums |> Array.sumBy pick

        {
            MseX = total (fun (x, _, _) -> x) / float n
            MseY = total (fun (_, y, _) -> y) / float n
            MseV = total (fun (_, _, v) -> v) / float (n * Observations.covariates data)
            Effect = effect ()
        }

    /// The mean outcome of all rows under each of some doses.
    member _.DoseResponse(networks: Networks<Mlp>, doses: float[]) =
        bind { networks with Prior = None }

        doses
        |> Array.map (fun x -> { X = x; Mean = Array.average (potentialOutcomes x) })
