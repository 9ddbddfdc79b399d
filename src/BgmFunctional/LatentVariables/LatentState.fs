namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Optim

/// The latents of all rows with the moments of their optimiser, row by row: all arrays that steps write to in place.
type internal LatentState = { Z: Tensor; Adam: Adam.State<Tensor> }

[<RequireQualifiedAccess>]
module internal LatentState =

    /// Copies of arrays, each one's own.
    let copy (state: LatentState) = state |> Tree.map (fun t -> Tensor.float32 t.Shape (Tensor.toFloat32 t))

    /// Latents (n, q) before their first step.
    let start (z: Tensor) = copy { Z = z; Adam = Adam.initRows z }

/// Where the latents of a row go.
type LatentUpdates =
    /// Up the joint density, as published: to its maximum given the networks.
    | Maximised
    /// With noise, so that they wander through their posterior: Langevin dynamics in one metric for all rows of a batch, the root mean squares of their
    /// gradients (Li, Chen, Carlson and Carin, arXiv:1512.07666, have a running mean of them). Networks then learn from draws, as in Monte Carlo EM: they
    /// cannot gain by latents that spell out single cells, whose variance would vanish, and learn noise as large as it is.
    | Langevin
