namespace BgmFunctional.Benchmarks

open System

/// The floating-point operations of one call, counting products only: what the arithmetic alone needs at the core's peak.
[<AttributeUsage(AttributeTargets.Method)>]
type WorkAttribute(operations: float, threads: int) =
    inherit Attribute()

    /// Floating-point operations of one call.
    member _.Operations = operations

    /// Cores that may share them.
    member _.Threads = threads

/// One layer of a network: what any one of its products, of values or of gradients, computes and moves.
type ILayerWork =
    /// Floating-point operations.
    abstract Operations: float

    /// Bytes of its operands and its result.
    abstract Traffic: float

/// So many products of the layer that is a benchmark's parameter `Layer`, on one core.
[<AttributeUsage(AttributeTargets.Method); AllowNullLiteral>]
type LayerWorkAttribute(products: int) =
    inherit Attribute()

    /// Products of one call.
    member _.Products = products

/// Multiply-adds of dense networks, for WorkAttribute.
module Work =
    /// Two operations a multiply-add, three products a layer (value, gradient of the input, gradient of the weights).
    [<Literal>]
    let Training = 6.0

    /// Two operations a multiply-add, one product a layer.
    [<Literal>]
    let Value = 2.0

    /// The same with the gradient of the input, but not of the weights: two products a layer.
    [<Literal>]
    let InputGradient = 4.0

    /// Multiply-adds a row of 10 → 64×5 → 201.
    [<Literal>]
    let ReferenceNet = 29888.0

    /// Multiply-adds a row of 1 → 64-128-64 → 1.
    [<Literal>]
    let ComplexShift = 16512.0

    /// Multiply-adds a row of the two joint intercepts 1 → 8-8 → 20 and 2 → 8-8 → 20.
    [<Literal>]
    let ComplexIntercepts = 472.0

    /// Classical fit of the stroke cohort: 1 275 rows, 8 Hessians of 26 directions, six products of 38 features a row for the larger Bernstein
    /// node; the other four nodes run beside it.
    [<Literal>]
    let ClassicalStroke = 120992256.0

    /// Operations a row of a batch of iterative updating: g's step and the latents' share of it, each product twice (Flipout), f and h likewise.
    [<Literal>]
    let CausalUpdate = 358160.0

    /// Operations a row of an iteration of the warm start: five codes; g twice and e twice with all gradients, f and h; each product twice.
    [<Literal>]
    let CausalEgm = 2123040.0

    /// Operations a row of a batch of BGM's iterative updating: g of 10 → 64×5 → 2·100 with the gradient of its weights, then with that of z.
    [<Literal>]
    let TableUpdate = 148480.0

    /// Multiply-adds a row of BGM's generator 10 → 64×5 → 2·100.
    [<Literal>]
    let TableNet = 29824.0

    /// Operations an image of an iteration of the warm start of MNISTBGM: e and g once for what the critics judge, the critic of images on two images with all
    /// gradients; e and g with all gradients twice, and the critic once with that of the image.
    [<Literal>]
    let ImageEgm = 539885824.0

    /// Operations an image of a batch of its iterative updating: g with all gradients, then with that of z.
    [<Literal>]
    let ImageUpdate = 145635840.0
