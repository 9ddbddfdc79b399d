namespace BgmFunctional.LatentVariables

open BgmFunctional.Nets

/// Chains of one row, each under weights that it holds fixed: the same for all of plain networks, draws of their own of Bayesian ones.
[<RequireQualifiedAccess>]
module internal OwnWeights =

    /// A diagnostic of their traces, (chains)(draws). Chains under weights of their own have different posteriors: each is then compared with itself, half
    /// against half, and what is found is combined.
    let diagnose (networks: NetworkKind) (combine: float[] -> float) (diagnostic: float[][] -> float) chains =
        match networks with
        | Plain -> diagnostic chains
        | Bayesian -> chains |> Array.map (Array.singleton >> diagnostic) |> combine
