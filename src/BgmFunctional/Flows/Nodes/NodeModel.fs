// One node of a flow: its weights, its parameters θ and shift s given its parents, and log p(x | parents).
// u = h(x; θ) + s for a continuous node, P(Y ≤ k) = σ(θ_k − s) for an ordinal one. Sick and Dürr, arXiv:2503.16206, section 3.
namespace BgmFunctional.Flows

open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Numerics

/// The networks behind terms: their hidden units, and what follows each hidden layer.
type NetworkUnits = {
    /// Of the networks behind intercept terms, in their order.
    Intercept: int list
    /// Of the networks behind complex shifts, in their order.
    Shift: int list
    /// Of all of them.
    Activation: Activation
}

/// Networks of the published package.
[<RequireQualifiedAccess>]
module NetworkUnits =
    /// 8-8 for complex intercepts, 64-128-64 for complex shifts, ReLU.
    let defaults = { Intercept = [ 8; 8 ]; Shift = [ 64; 128; 64 ]; Activation = Relu }

/// What a gradient moves in a term.
type TermWeights =
    /// The network that makes θ, or adds to it.
    | InterceptNet of net: Mlp
    /// One number a column of the parent, (f, 1).
    | Coefficients of beta: Tensor
    /// The network that makes a shift.
    | ShiftNet of net: Mlp

/// What a gradient moves in a node.
type NodeWeights = {
    /// θ itself, (1, P), where no term makes it.
    Theta: Tensor option
    /// In the order of the node's terms.
    Terms: TermWeights list
}

/// What a node's density reads for n rows: features of its values, and each term's parents, (n, f).
type NodeInput = {
    /// Of the node's own values.
    Features: Features
    /// (n, f) for each term, in the order of the terms.
    Parents: Tensor list
}

/// A node's transformation or ordinal head.
[<NoComparison; NoEquality>]
type internal Head =
    | Monotone of Transformation
    | Levelled of levels: int

[<RequireQualifiedAccess>]
module internal NodeModel =

    let head (node: Node) (scale: Scale option) =
        match node.Kind, scale with
        | Continuous transform, Some scale -> Monotone(Transformation.create transform scale.Range)
        | Continuous _, None -> invalidArg (nameof scale) $"node '{node.Name}' is continuous and needs its scale"
        | Ordinal levels, _ -> Levelled(Levels.count levels)

    /// The number of unconstrained parameters.
    let parameters head =
        match head with
        | Monotone transformation -> transformation.Parameters
        | Levelled levels -> levels - 1

    let features head values =
        match head with
        | Monotone transformation -> transformation.Features values
        | Levelled levels -> OrderedLogit.features levels values

    /// Fresh weights; widths are those of each term's parents. A free θ starts at zero.
    let init (key: Key) (units: NetworkUnits) head (node: Node) (widths: int list) : NodeWeights =
        let count = parameters head

        let term i (term, width) =
            let key = key.Child(int64 i)

            match term with
            | Intercept _ -> InterceptNet(Mlp.init key false width units.Intercept count)
            | LinearShift _ -> Coefficients((Dense.init key false width 1).Weight)
            | ComplexShift _ -> ShiftNet(Mlp.init key false width units.Shift 1)

        let isFree = node.Terms |> List.forall (fun term -> not term.IsIntercept)

        {
            Theta =
                if isFree then
                    Some(Tensor.force (Tensor.fill Float32 [| 1; count |] 0.0))
                else
                    None
            Terms = List.mapi term (List.zip node.Terms widths)
        }

    /// The weights with a free θ, if they have one, where a node without parents has the distribution of these values, roughly.
    let calibrate head (values: float[]) (weights: NodeWeights) =
        let theta () =
            match head with
            | Monotone transformation -> transformation.Calibrated
            | Levelled levels -> OrderedLogit.calibrated levels values

        {
            weights with
                Theta =
                    weights.Theta
                    |> Option.map (fun zeros -> Tensor.ofFloats zeros.DType zeros.Shape (theta ()))
        }

    /// What a term adds to θ, (n, P), if it does.
    let intercept activation (term: TermWeights, x: Tensor) : Tensor option =
        match term with
        | InterceptNet net -> Some(Mlp.apply activation net x)
        | Coefficients _
        | ShiftNet _ -> None

    /// What a term adds to the shift, (n, 1), if it does.
    let shift activation (term: TermWeights, x: Tensor) : Tensor option =
        match term with
        | InterceptNet _ -> None
        | Coefficients beta -> Some(Tensor.matMul x beta)
        | ShiftNet net -> Some(Mlp.apply activation net x)

    /// θ, (n, P) or (1, P), and the shift, (n, 1) or none.
    let conditioners activation (weights: NodeWeights) (parents: Tensor list) : Tensor * Tensor option =
        let terms = List.zip weights.Terms parents
        let sum = List.reduce (+)

        sum (Option.toList weights.Theta @ List.choose (intercept activation) terms),
        match List.choose (shift activation) terms with
        | [] -> None
        | shifts -> Some(sum shifts)

    /// log p(x | parents), (n, 1), nats. Training, validation and queries all come here.
    let logProb activation head (weights: NodeWeights) (input: NodeInput) : Tensor =
        let theta, shift = conditioners activation weights input.Parents

        match head with
        | Levelled _ -> OrderedLogit.logProb input.Features theta shift
        | Monotone transformation ->
            let h, logSlope = transformation.Forward input.Features theta
            let u = shift |> Option.fold (+) h
            Logistic.logDensity u + logSlope
