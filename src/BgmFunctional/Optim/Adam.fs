/// Adam (Kingma and Ba, arXiv:1412.6980, algorithm 1): θ ← θ − rate · m̂ / (√v̂ + ε), m̂ and v̂ corrected for their start at zero.
module BgmFunctional.Optim.Adam

open BgmFunctional.Autodiff

/// Settings of Adam.
type Config = {
    /// β₁: what the mean of gradients keeps at each step.
    Beta1: float
    /// β₂: what the mean of their squares keeps.
    Beta2: float
    /// ε: keeps the division finite.
    Epsilon: float
}

/// Configurations.
[<RequireQualifiedAccess>]
module Config =
    /// β₁ 0.9, β₂ 0.999, ε 1e-8.
    let defaults = { Beta1 = 0.9; Beta2 = 0.999; Epsilon = 1e-8 }

/// What Adam carries from step to step; moments have the form of the weights.
type State<'Weights> = {
    /// Mean of gradients.
    First: 'Weights
    /// Mean of their squares.
    Second: 'Weights
    /// β₁ᵗ after t steps, (1); or (n, 1) for the rows of one matrix, each with steps of its own.
    Power1: Tensor
    /// β₂ᵗ after t steps, likewise.
    Power2: Tensor
}

/// The state before the first step.
let init (weights: 'Weights) : State<'Weights> =
    let dtype =
        Tree.leaves weights
        |> Array.tryHead
        |> Option.map _.DType
        |> Option.defaultValue Float32

    let zeros = weights |> Tree.map (fun w -> Tensor.force (Tensor.zerosLike w))
    let one = Tensor.ofFloats dtype [| 1 |] [| 1.0 |]

    { First = zeros; Second = zeros; Power1 = one; Power2 = one }

/// The state before the first step of a matrix (n, p) whose rows step each on their own: a batch of them moves by `update` at a rate (1, 1).
let initRows (rows: Tensor) : State<Tensor> =
    let ones = Tensor.force (Tensor.fill rows.DType [| rows.Shape[0]; 1 |] 1.0)
    { init rows with Power1 = ones; Power2 = ones }

/// One step down a gradient at a learning rate (1) for all weights.
let update (config: Config) (rate: Tensor) (gradient: 'Weights) (state: State<'Weights>) (weights: 'Weights) =
    let blend beta (old: Tensor) (fresh: Tensor) = beta * old + (1.0 - beta) * fresh
    let first = Tree.map2 (blend config.Beta1) state.First gradient
    let second = Tree.map2 (fun v g -> blend config.Beta2 v (Tensor.square g)) state.Second gradient
    let power1 = config.Beta1 * state.Power1
    let power2 = config.Beta2 * state.Power2
    let rate = rate / (1.0 - power1)
    let unbias = 1.0 / sqrt (1.0 - power2)

    let step (w: Tensor) (m: Tensor) (v: Tensor) =
        let like (x: Tensor) = if x.Rank = w.Rank then x else Tensor.reshape (Array.create w.Rank 1) x
        w - like rate * m / (sqrt v * like unbias + config.Epsilon)

    let moved = Array.map3 step (Tree.leaves weights) (Tree.leaves first) (Tree.leaves second)

    Tree.withLeaves moved weights, { First = first; Second = second; Power1 = power1; Power2 = power2 }
