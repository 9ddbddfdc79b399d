namespace BgmFunctional.Flows

open BgmFunctional.Data

/// The losses of an epoch, by node: mean negative log-likelihood, nats.
type Epoch = {
    /// Mean over the epoch's batches, while the weights moved.
    Training: Map<string, float>
    /// On the validation rows after the epoch; empty without such rows.
    Validation: Map<string, float>
}

/// What a classical fit knows about a node beyond the estimates themselves.
type NodeInference = {
    /// Maximum of the node's log-likelihood, nats.
    LogLikelihood: float
    /// Numbers that the data have determined.
    Parameters: int
    /// Covariance of the cut points of an ordinal node, then of the coefficients in the order of terms and levels, an ordinal parent's
    /// against its lowest level; parents in their own units. NaN where the data leave a number open.
    Covariance: float[][]
    /// What is wrong, one line each: separation, flat directions, levels without rows.
    Warnings: string list
}

/// A flow: graph, weights by node, scales of continuous nodes, and how it was fitted. Immutable.
type Flow = {
    /// The labelled graph.
    Dag: Dag
    /// Sizes of the networks behind the terms.
    Units: NetworkUnits
    /// What the fit has found, by node.
    Weights: Map<string, NodeWeights>
    /// What the training rows said about each continuous node.
    Scales: Map<string, Scale>
    /// Losses of the fit, epoch by epoch.
    History: Epoch list
    /// Where it comes from.
    Provenance: Provenance
    /// Of a classical fit, by node; empty after any other.
    Inference: Map<string, NodeInference>
    /// What would fit it again, as texts by name (see Recipe); empty in files of earlier releases.
    Recipe: Map<string, string>
}
