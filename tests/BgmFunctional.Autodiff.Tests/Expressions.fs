/// Random expressions: a list of steps, each from three numbers, on a growing pool of values. Any numbers make an expression,
/// so a counterexample shrinks by dropping steps.
module BgmFunctional.Autodiff.Tests.Expressions

open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators

/// What a step does with values A and B of the pool (taken modulo its length); C picks a variant or an axis.
type Kind =
    | Unary
    | Binary
    | Kinked
    | Reduce
    | Spread
    | Reshape
    | Permute
    | Slice
    | Concat
    | Product
    | Dense
    | Convolution
    | Rows
    | Choose

[<StructuredFormatDisplay("{Text}")>]
type Step = {
    Kind: Kind
    A: int
    B: int
    C: int
} with

    member step.Text = $"{step.Kind} {step.A} {step.B} {step.C}"

type Expression = { Inputs: Values list; Steps: Step list }

/// Operations whose compiled form adds up in the plain order, so that bits agree.
let inPlainOrder = [ Unary; Binary; Kinked; Reduce; Reshape; Permute; Slice; Concat; Rows; Choose ]

/// All operations. A product with a bias starts its sum from the bias when compiled, and a sum of equal values becomes a multiplication.
let every = inPlainOrder @ [ Spread; Product; Product; Dense; Dense; Convolution ]

/// Those that have all derivatives everywhere.
let smooth = [
    Unary
    Unary
    Binary
    Reduce
    Spread
    Reshape
    Permute
    Slice
    Concat
    Product
    Dense
    Convolution
    Rows
]

let private unary c x =
    match c % 10 with
    | 0 -> tanh x
    | 1 -> sin x
    | 2 -> cos x
    | 3 -> Tensor.sigmoid x
    | 4 -> Tensor.softplus x
    | 5 -> atan x
    | 6 -> exp (-(Tensor.square x))
    | 7 -> log (1.0 + Tensor.square x)
    | 8 -> sqrt (1.0 + Tensor.square x)
    | _ -> 0.5 - x * 2.0

/// b as it is if it broadcasts with a, else its mean.
let private fitting (a: Tensor) (b: Tensor) =
    match Shape.broadcast a.Shape b.Shape with
    | Some shape when Shape.size shape <= 600 -> b
    | _ -> Tensor.sum b / float (max 1 b.Size)

let private binary c a b =
    let b = fitting a b

    match c % 6 with
    | 0 -> a + b
    | 1 -> b - a
    | 2 -> a * tanh b
    | 3 -> a / (1.0 + Tensor.square b)
    | 4 -> (a - b) * 0.3
    | _ -> tanh a * b

let private kinked c (a: Tensor) b =
    let b = fitting a b

    match c % 5 with
    | 0 -> Tensor.leakyRelu 0.2 a
    | 1 -> Tensor.relu a
    | 2 -> Tensor.maximum a b
    | 3 -> Tensor.minimum a b
    | _ -> abs a

let private reduce c (x: Tensor) =
    if x.Rank = 0 then
        Tensor.sum x
    else
        let axis = c / 4 % x.Rank

        match c % 4 with
        | 0 when x.Shape[axis] > 0 -> Tensor.maxKeep axis x
        | 1 when x.Shape[axis] > 0 -> Tensor.softmax axis x
        | 2 -> Tensor.sumAxis axis x
        | _ -> Tensor.sumKeep axis x

let private spread (a: Tensor) (b: Tensor) =
    match Shape.broadcast a.Shape b.Shape with
    | Some shape when Shape.size shape <= 600 -> Tensor.broadcast shape a
    | _ -> Tensor.broadcast b.Shape (Tensor.sum a)

let private reshape c (x: Tensor) =
    match c % 4 with
    | 0 -> Tensor.reshape [| x.Size |] x
    | 1 -> Tensor.reshape [| 1; x.Size |] x
    | 2 -> Tensor.reshape [| x.Size; 1 |] x
    | _ -> Tensor.reshape (Array.rev x.Shape) x

let private permute c (x: Tensor) =
    if c % 2 = 0 then
        Tensor.permute (Array.rev [| 0 .. x.Rank - 1 |]) x
    else
        Tensor.permute (Array.init x.Rank (fun axis -> (axis + 1) % x.Rank)) x

let private slice c (x: Tensor) =
    if x.Rank = 0 then
        x
    else
        let axis = c % x.Rank
        let start = c / 5 % (x.Shape[axis] + 1)
        Tensor.slice axis start ((x.Shape[axis] - start + 1) / 2) x

let private concat c (a: Tensor) (b: Tensor) =
    if a.Rank = 0 then
        Tensor.stack [ a; Tensor.sum b ]
    else
        let axis = c % a.Rank
        let fits = a.Rank = b.Rank && Shape.withAxis axis 0 a.Shape = Shape.withAxis axis 0 b.Shape

        if a.Size > 300 then a
        elif fits then Tensor.concat axis [ a; b; a ]
        else Tensor.concat axis [ a; sin a ]

let private asMatrix (x: Tensor) =
    if x.Rank = 0 then
        Tensor.reshape [| 1; 1 |] x
    else
        Tensor.reshape [| x.Shape[0]; Shape.size x.Shape[1..] |] x

/// A product in the transposition form that fits, else of a matrix with itself.
let private product c a b =
    let a = asMatrix a
    let b = asMatrix b
    let turn = Tensor.transpose

    let y =
        if a.Size > 400 || b.Size > 400 then a
        elif c % 4 < 3 && a.Shape[1] = b.Shape[0] then Tensor.matMul a b
        elif a.Shape[1] = b.Shape[1] then Tensor.matMul a (turn b)
        elif a.Shape[0] = b.Shape[0] then Tensor.matMul (turn a) b
        elif a.Shape[0] = b.Shape[1] then Tensor.matMul (turn a) (turn b)
        elif c % 2 = 0 && a.Shape[0] < 20 then Tensor.matMul a (turn a)
        elif a.Shape[1] < 20 then Tensor.matMul (turn a) a
        else a

    tanh (0.3 * y)

/// leakyRelu (a·w + b), or without one or the other.
let private dense c (a: Tensor) =
    let a = asMatrix a
    let k, n = a.Shape[1], 1 + c % 4
    let w = Tensor.ofFloats a.DType [| k; n |] (Array.init (k * n) (fun i -> 0.4 * Numeric.wave c i))
    let bias = Tensor.ofFloats a.DType [| 1; n |] (Array.init n (Numeric.wave (c + 1)))
    let y = Tensor.matMul a w

    match c % 5 with
    | 0 -> y + bias
    | 1 -> bias + y
    | 2 -> tanh (y + bias)
    | 3 -> sin (bias * y)
    | _ -> y

/// A matrix seen as one image under a small filter, forwards or transposed, with a bias or without.
let private convolution c (a: Tensor) =
    let a = asMatrix a
    let side, filters = 1 + c % 3, 1 + c % 2
    let x = Tensor.reshape [| 1; a.Shape[0]; a.Shape[1]; 1 |] a

    let wave k shape =
        Tensor.ofFloats a.DType shape (Array.init (Shape.size shape) (fun i -> 0.3 * Numeric.wave (c + k) i))

    if a.Size > 200 then
        a
    elif c % 4 = 0 then
        Tensor.convTranspose2d (1 + c % 5 / 4) Padding.Same (wave 1 [| side; side; filters; 1 |]) x
    else
        let y = Tensor.conv2d (1 + c % 5 / 4) Padding.Same (wave 1 [| side; side; 1; filters |]) x
        if c % 2 = 0 then y else y + wave 2 [| 1; 1; 1; filters |]

let private rows c (x: Tensor) =
    if x.Rank = 0 || x.Shape[0] = 0 || x.Size > 300 then
        x
    elif c % 2 = 0 then
        Tensor.gatherRows (Tensor.indices (Array.init (1 + c % 5) (fun i -> (c + 3 * i) % x.Shape[0]))) x
    else
        let target = 1 + c % 4
        Tensor.scatterAddRows target (Tensor.indices (Array.init x.Shape[0] (fun i -> (c + i * i) % target))) x

let private choose c a b =
    let b = fitting a b
    Tensor.select (if c % 2 = 0 then Tensor.greater a b else Tensor.greaterOrEqual b (fitting b a)) a b

let private apply (pool: Tensor list) step =
    let a = pool[step.A % pool.Length]
    let b = pool[step.B % pool.Length]

    match step.Kind with
    | Unary -> unary step.C a
    | Binary -> binary step.C a b
    | Kinked -> kinked step.C a b
    | Reduce -> reduce step.C a
    | Spread -> spread a b
    | Reshape -> reshape step.C a
    | Permute -> permute step.C a
    | Slice -> slice step.C a
    | Concat -> concat step.C a b
    | Product -> product step.C a b
    | Dense -> dense step.C a
    | Convolution -> convolution step.C a
    | Rows -> rows step.C a
    | Choose -> choose step.C a b

/// Every value of the pool: the inputs, then one a step.
let pool (expression: Expression) (inputs: Tensor list) =
    List.fold (fun pool step -> pool @ [ apply pool step ]) inputs expression.Steps

/// One number that depends on all of them.
let scalar expression inputs =
    pool expression inputs
    |> List.mapi (fun i x -> (0.5 + Numeric.wave 3 i) * Tensor.sum (tanh x) / float (max 1 x.Size))
    |> List.reduce (+)

let private step kinds =
    gen {
        let! kind = Gen.elements kinds
        let! a, b, c = Gen.zip3 (Gen.choose (0, 99)) (Gen.choose (0, 99)) (Gen.choose (0, 999))
        return { Kind = kind; A = a; B = b; C = c }
    }

/// Expressions of up to so many steps of these kinds, on one to three inputs.
let expressions kinds most =
    gen {
        let! count = Gen.choose (1, 3)
        let! shapes = Gen.listOfLength count (Gen.filter (fun shape -> Shape.size shape <= 100) Gens.shape)
        let! inputs = shapes |> List.map Gens.values |> Gen.sequenceToList
        let! length = Gen.choose (1, most)
        let! steps = Gen.listOfLength length (step kinds)
        return { Inputs = inputs; Steps = steps }
    }

/// The same expression with one step less.
let private shrink expression =
    seq { for i in 0 .. expression.Steps.Length - 1 -> { expression with Steps = List.removeAt i expression.Steps } }

/// A law on random expressions.
let checkExpressions count kinds most (law: Expression -> unit) =
    let config = (Law.config count).WithQuietOnSuccess(true)
    Check.One(config, Prop.forAll (Arb.fromGenShrink (expressions kinds most, shrink)) law)
