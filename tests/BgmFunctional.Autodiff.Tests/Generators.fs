/// Every generator of these tests. Each restricts its values to what an operation is defined on, and to nothing else.
module BgmFunctional.Autodiff.Tests.Generators

open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff

/// An array that a counterexample shows whole.
type Values = { Shape: int[]; Numbers: float[] }

[<RequireQualifiedAccess>]
module Values =

    let tensor dtype (values: Values) = Tensor.ofFloats dtype values.Shape values.Numbers

    let tensors dtype = List.map (tensor dtype)

/// Where an operation is defined and smooth; a kink is kept at a distance that a difference quotient does not cross.
type Domain =
    | Anywhere
    | AwayFromZero
    | Positive
    | AboveMinusOne
    | AwayFromIntegers

/// How filters move over images.
type Window = { Stride: int; Padding: Padding }

[<RequireQualifiedAccess>]
module Gens =

    // ---- shapes -------------------------------------------------------------------------------------------------

    /// Lengths of axes, with the empty, the single and those past one and two vectors among them.
    let length =
        Gen.frequency [ 1, Gen.constant 0; 3, Gen.constant 1; 10, Gen.choose (2, 5); 1, Gen.elements [ 17; 33 ] ]

    let private filled lengths = Array.forall (fun n -> n > 0) lengths

    /// 0 to 4 axes, at most 1500 elements.
    let shape =
        gen {
            let! rank = Gen.choose (0, 4)
            return! Gen.arrayOfLength rank length
        }
        |> Gen.filter (fun shape -> Shape.size shape <= 1500)

    /// A shape with at least one axis, and one of its axes.
    let shapeAndAxis =
        gen {
            let! shape = Gen.filter (fun (shape: int[]) -> shape.Length > 0) shape
            let! axis = Gen.choose (0, shape.Length - 1)
            return shape, axis
        }

    /// The same, with no axis empty.
    let filledShapeAndAxis = Gen.filter (fst >> filled) shapeAndAxis

    let filledShape = Gen.filter filled shape

    /// A shape, with some axes made 1, or all of them dropped.
    let private narrowed (shape: int[]) =
        let axis n = Gen.frequency [ 3, Gen.constant n; 1, Gen.constant 1 ]
        Gen.frequency [ 5, Gen.collectToArray axis shape; 1, Gen.constant [||] ]

    /// Two shapes that broadcast to a common one.
    let broadcastable =
        gen {
            let! common = shape
            let! a = narrowed common
            let! b = narrowed common
            return a, b
        }

    // ---- values -------------------------------------------------------------------------------------------------

    let private between low high = Gen.choose (0, 1000000) |> Gen.map (fun i -> low + (high - low) * float i / 1e6)

    let private wide = Gen.frequency [ 20, between -3.0 3.0; 1, between -15.0 15.0 ]

    let number domain =
        match domain with
        | Anywhere -> wide
        | AwayFromZero -> Gen.map2 (fun sign x -> sign * x) (Gen.elements [ -1.0; 1.0 ]) (between 0.1 4.0)
        | Positive -> between 0.1 6.0
        | AboveMinusOne -> between -0.9 5.0
        | AwayFromIntegers -> Gen.map2 (fun whole part -> float whole + part) (Gen.choose (-4, 4)) (between 0.05 0.95)

    let valuesIn domain (shape: int[]) =
        Gen.arrayOfLength (Shape.size shape) (number domain)
        |> Gen.map (fun numbers -> { Shape = shape; Numbers = numbers })

    let values shape = valuesIn Anywhere shape

    /// No two equal, so that the largest one is the largest of a neighbourhood.
    let distinctValues (shape: int[]) =
        [| 0 .. Shape.size shape - 1 |]
        |> Gen.shuffle
        |> Gen.map (fun order -> { Shape = shape; Numbers = order |> Array.map (fun i -> 0.05 * float i - 1.0) })

    /// Multiples of a half, and multiples of a half plus a quarter: never equal.
    let separated (shapeA, shapeB) =
        let grid offset shape =
            Gen.arrayOfLength (Shape.size shape) (Gen.choose (-6, 6))
            |> Gen.map (fun steps -> {
                Shape = shape
                Numbers = steps |> Array.map (fun i -> 0.5 * float i + offset)
            })

        Gen.zip (grid 0.0 shapeA) (grid 0.25 shapeB)

    /// Row indices into a number of rows.
    let indices rows count = Gen.arrayOfLength count (Gen.choose (0, rows - 1))

    // ---- images -------------------------------------------------------------------------------------------------

    let private window =
        Gen.zip (Gen.choose (1, 3)) (Gen.elements [ Padding.Same; Padding.Valid ])
        |> Gen.map (fun (stride, padding) -> { Stride = stride; Padding = padding })

    /// (height, width) of a filter.
    let private kernel = Gen.zip (Gen.choose (1, 5)) (Gen.choose (1, 5))

    let private depth = Gen.choose (1, 3)

    /// Images (n, h, w, c) and weights (kh, kw, c, filters); without zeros around, a filter fits into an image.
    let imagesAndWeights =
        gen {
            let! window = window
            let! kh, kw = kernel
            let least side = if window.Padding = Padding.Valid then side else 1
            let! h, w = Gen.zip (Gen.choose (least kh, 8)) (Gen.choose (least kw, 8))
            let! n, channels, filters = Gen.zip3 (Gen.choose (0, 2)) depth depth
            let! images = values [| n; h; w; channels |]
            let! weights = values [| kh; kw; channels; filters |]
            return window, images, weights
        }

    /// Outputs (n, oh, ow, filters) and weights (kh, kw, c, filters).
    let outputsAndWeights =
        gen {
            let! window = window
            let! kh, kw = kernel
            let! h, w = Gen.zip (Gen.choose (1, 4)) (Gen.choose (1, 4))
            let! n, channels, filters = Gen.zip3 (Gen.choose (0, 2)) depth depth
            let! outputs = values [| n; h; w; filters |]
            let! weights = values [| kh; kw; channels; filters |]
            return window, outputs, weights
        }
