// What a batch of iterative updating computes, as functions to compile: a step of each network, and one of the batch's own latents.
namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Optim

/// The rows of a step.
type internal BatchInput<'Rows> = {
    Rows: 'Rows
    Latents: Tensor
    Indices: Tensor
    /// 1/rows of the batch, or 0 in a place that the last batch leaves empty, (rows, 1).
    RowWeights: Tensor
}

/// The latents' step reads the networks as they are, the batch, the latents' own moments, and noise.
type internal LatentInput<'Weights, 'Moments, 'Noise, 'Rows> = {
    Networks: NetworkState<'Weights, 'Moments> list
    Batch: BatchInput<'Rows>
    Moments: Adam.State<Tensor>
    Noise: 'Noise list
    /// Standard normal numbers (rows, q) of latents that are drawn, by Langevin dynamics; none of those that are maximised.
    Deviates: Tensor list
}

/// The functions of the updating of networks and latents, of so many rows in all.
[<Sealed>]
type internal UpdatingProgram<'Weights, 'Moments, 'Noise, 'Rows>
    (architecture: Architecture<'Weights, 'Moments, 'Noise>, joint: Joint<'Rows>, rates: LearningRates, rows: int) =

    let adam = NetworkTraining.adam
    let klWeight = KlWeight.ofRows rows rates.KlWeight

    let gather (batch: BatchInput<'Rows>) =
        let take = Tensor.gatherRows batch.Indices
        take batch.Latents, Tree.map take batch.Rows

    /// A step of a network on its own factor of the joint density, and the mean negative log density before it.
    member _.NetworkStep
        (factor: Factor<'Rows>)
        (training: NetworkTraining<'Weights, 'Moments>)
        (rate, batch: BatchInput<'Rows>, noise)
        =
        let z, rows = gather batch
        let input = factor.Input z rows

        let loss weights =
            let output, moments = architecture.Train batch.RowWeights training.State.Running noise weights input
            let misfit = -(Tensor.sum (batch.RowWeights * factor.LogDensity output z rows))

            match architecture.Kl weights with
            | Some kl -> misfit + klWeight * kl, (misfit, moments)
            | None -> misfit, (misfit, moments)

        let (_, (misfit, moments)), gradient = valueAndGradWith loss training.State.Weights
        let part = { Gradient = gradient; Moments = moments }
        NetworkTraining.step adam architecture rate [ part ] training, misfit

    /// A step of the latents of a batch. Networks normalise by their running moments here, so that the posterior of a row is its own, as in prediction.
    member _.LatentStep(input: LatentInput<'Weights, 'Moments, 'Noise, 'Rows>) =
        let z, rows = gather input.Batch
        let moments = input.Moments |> Tree.map (Tensor.gatherRows input.Batch.Indices)

        let apply =
            List.map2
                (fun (net: NetworkState<'Weights, 'Moments>) noise -> architecture.Apply net.Running noise net.Weights)
                input.Networks
                input.Noise

        let loss z = -(Tensor.sum (Joint.logDensity joint apply z rows))
        let gradient = grad loss z

        match input.Deviates with
        | [] ->
            let rate = Tensor.fill Float32 [| 1; 1 |] rates.Z
            let z, moments = Adam.update adam rate gradient moments z
            { Z = z; Adam = moments }
        | deviates :: _ ->
            let square = Tensor.sumKeep 0 (input.Batch.RowWeights * Tensor.square gradient)
            let metric = rates.Z / (sqrt square + adam.Epsilon)
            { Z = z - metric * gradient + sqrt (2.0 * metric) * deviates; Adam = moments }
