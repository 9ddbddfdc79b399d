namespace BgmFunctional.LatentVariables

/// What a Bayesian network's divergence from its prior weighs beside the mean log density of a row.
[<RequireQualifiedAccess>]
type KlWeight =
    /// So much, however many rows there are, as published.
    | Absolute of float
    /// A share of 1/n of n rows. By 1/n itself the loss is an evidence lower bound by the row: weights are as certain as the rows make them, few or many.
    | OverRows of share: float

/// Weights of divergences.
[<RequireQualifiedAccess>]
module KlWeight =

    /// The number, before rows make less of it.
    let internal share weight =
        match weight with
        | KlWeight.Absolute share
        | KlWeight.OverRows share -> share

    /// What it is with n rows.
    let ofRows (n: int) weight =
        match weight with
        | KlWeight.Absolute value -> value
        | KlWeight.OverRows share -> share / float n
