namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff

/// A factor of a joint density of latents and rows that a network makes.
[<NoComparison; NoEquality>]
type Factor<'Rows> = {
    /// What the network reads, from z (n, q) and the rows.
    Input: Tensor -> 'Rows -> Tensor
    /// Log density, (n, 1), from the network's outputs, z and the rows.
    LogDensity: Tensor -> Tensor -> 'Rows -> Tensor
}

/// A joint density of latents and rows, log p(z, rows), whose rows are independent of each other.
[<NoComparison; NoEquality>]
type Joint<'Rows> = {
    /// log p(z), (n, q) -> (n, 1), where no network makes it.
    LogPrior: (Tensor -> Tensor) option
    /// The others, one for each network.
    Factors: Factor<'Rows> list
}

/// Joint densities.
[<RequireQualifiedAccess>]
module Joint =

    /// log N(z; 0, I): (n, q) -> (n, 1), nats.
    let logStandardNormal (z: Tensor) : Tensor =
        -0.5
        * (Tensor.sumKeep 1 (Tensor.square z) + float z.Shape[1] * log (2.0 * Math.PI))

    /// log p(z, rows) of each row, (n, 1), nats, by networks that are functions from inputs to outputs: with noise, with the means of their weights, or
    /// with a draw of them.
    let logDensity (joint: Joint<'Rows>) (networks: (Tensor -> Tensor) list) (z: Tensor) (rows: 'Rows) : Tensor =
        let factors =
            (joint.Factors, networks)
            ||> List.map2 (fun factor network -> factor.LogDensity (network (factor.Input z rows)) z rows)
            |> List.reduce (+)

        match joint.LogPrior with
        | Some logPrior -> logPrior z + factors
        | None -> factors
