namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff

/// What is seen of n rows, float32: all rows of the data, or a batch of them.
type Observations = {
    /// Covariates, standardised, (n, p).
    V: Tensor
    /// The treatment, (n, 1).
    X: Tensor
    /// The outcome, (n, 1).
    Y: Tensor
    /// The auxiliary variable, (n, s), where the prior is given one.
    U: Tensor option
}

/// Rows of observations.
[<RequireQualifiedAccess>]
module Observations =
    /// Number of rows.
    let rows (observations: Observations) = observations.X.Shape[0]

    /// Number of covariates.
    let covariates (observations: Observations) = observations.V.Shape[1]

    /// The rows of these indices.
    let gather (indices: Tensor) (observations: Observations) = Tree.map (Tensor.gatherRows indices) observations
