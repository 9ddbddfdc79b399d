/// Every differentiable operation as an instance of one type, for the laws that all of them keep.
module BgmFunctional.Autodiff.Tests.Operations

open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators

/// An operation with its settings, and inputs from its domain.
type Case = { Operation: string; Inputs: Values list; Apply: Tensor list -> Tensor }

let private unary name domain (f: Tensor -> Tensor) =
    name,
    gen {
        let! shape = Gens.shape
        let! x = Gens.valuesIn domain shape
        return { Operation = name; Inputs = [ x ]; Apply = List.head >> f }
    }

let private pair name (inputs: Gen<Values * Values>) (f: Tensor -> Tensor -> Tensor) =
    name,
    gen {
        let! a, b = inputs
        return { Operation = name; Inputs = [ a; b ]; Apply = fun xs -> f xs[0] xs[1] }
    }

let private broadcastPair domainA domainB =
    gen {
        let! a, b = Gens.broadcastable
        return! Gen.zip (Gens.valuesIn domainA a) (Gens.valuesIn domainB b)
    }

let private separatedPair = Gens.broadcastable |> Gen.bind Gens.separated

let private onAxis name shapes values (f: int -> Tensor -> Tensor) =
    name,
    gen {
        let! shape, axis = shapes
        let! x = values shape
        return { Operation = $"{name} {axis}"; Inputs = [ x ]; Apply = List.head >> f axis }
    }

let private matrix rows columns = Gens.values [| rows; columns |]

let private product name (transposeA: bool) (transposeB: bool) =
    name,
    gen {
        let! m, n, k = Gen.zip3 Gens.length Gens.length Gens.length
        let! a = if transposeA then matrix k m else matrix m k
        let! b = if transposeB then matrix n k else matrix k n
        let turn flag = if flag then Tensor.transpose else id

        return {
            Operation = name
            Inputs = [ a; b ]
            Apply = fun xs -> Tensor.matMul (turn transposeA xs[0]) (turn transposeB xs[1])
        }
    }

let private permute =
    "permute",
    gen {
        let! shape = Gens.shape
        let! order = Gen.shuffle [| 0 .. shape.Length - 1 |]
        let! x = Gens.values shape

        return {
            Operation = $"permute %A{order}"
            Inputs = [ x ]
            Apply = List.head >> Tensor.permute order
        }
    }

let private broadcast =
    "broadcast",
    gen {
        let! a, b = Gens.broadcastable
        let! x = Gens.values a
        let target = (Shape.broadcast a b).Value

        return {
            Operation = $"broadcast %A{target}"
            Inputs = [ x ]
            Apply = List.head >> Tensor.broadcast target
        }
    }

let private slice =
    "slice",
    gen {
        let! shape, axis = Gens.shapeAndAxis
        let! start = Gen.choose (0, shape[axis])
        let! length = Gen.choose (0, shape[axis] - start)
        let! x = Gens.values shape

        return {
            Operation = $"slice {axis} {start} {length}"
            Inputs = [ x ]
            Apply = List.head >> Tensor.slice axis start length
        }
    }

let private concat =
    "concat",
    gen {
        let! shape, axis = Gens.shapeAndAxis
        let! lengths = Gen.listOfLength 3 Gens.length

        let! parts =
            lengths
            |> List.map (fun n -> Gens.values (Shape.withAxis axis n shape))
            |> Gen.sequenceToList

        return { Operation = $"concat {axis}"; Inputs = parts; Apply = Tensor.concat axis }
    }

let private select =
    "select",
    gen {
        let! a, b = Gens.broadcastable
        let! condition = Gens.separated (a, b)
        let! whenTrue, whenFalse = Gen.zip (Gens.values a) (Gens.values b)

        return {
            Operation = "select"
            Inputs = [ fst condition; snd condition; whenTrue; whenFalse ]
            Apply = fun xs -> Tensor.select (Tensor.greater xs[0] xs[1]) xs[2] xs[3]
        }
    }

let private rows name (f: int -> Tensor -> Tensor -> Tensor) =
    name,
    gen {
        let! shape, _ = Gens.filledShapeAndAxis
        let! x = Gens.values shape
        let! target = Gen.choose (1, 5)

        let! indices =
            if name = "gatherRows" then
                Gens.indices shape[0] target
            else
                Gens.indices target shape[0]

        return {
            Operation = $"{name} %A{indices}"
            Inputs = [ x ]
            Apply = List.head >> f target (Tensor.indices indices)
        }
    }

let private convolution name inputs (f: int -> Padding -> Tensor -> Tensor -> Tensor) =
    name,
    gen {
        let! window, images, weights = inputs

        return {
            Operation = $"{name} {window}"
            Inputs = [ images; weights ]
            Apply = fun xs -> f window.Stride window.Padding xs[1] xs[0]
        }
    }

let private vectorPair =
    gen {
        let! n = Gens.length
        return! Gen.zip (Gens.values [| n |]) (Gens.values [| n |])
    }

/// All of them by name.
let all: Map<string, Gen<Case>> =
    Map [
        unary "negate" Anywhere (fun x -> -x)
        unary "abs" AwayFromZero abs
        unary "square" Anywhere Tensor.square
        unary "reciprocal" AwayFromZero Tensor.reciprocal
        unary "sqrt" Positive sqrt
        unary "exp" Anywhere exp
        unary "log" Positive log
        unary "log1p" AboveMinusOne Tensor.log1p
        unary "expm1" Anywhere Tensor.expm1
        unary "tanh" Anywhere tanh
        unary "sigmoid" Anywhere Tensor.sigmoid
        unary "softplus" Anywhere Tensor.softplus
        unary "logSigmoid" Anywhere Tensor.logSigmoid
        unary "relu" AwayFromZero Tensor.relu
        unary "leakyRelu" AwayFromZero (Tensor.leakyRelu 0.2)
        unary "leakyRelu of slope 0" AwayFromZero (Tensor.leakyRelu 0.0)
        unary "sin" Anywhere sin
        unary "cos" Anywhere cos
        unary "atan" Anywhere atan
        unary "sign" AwayFromZero Tensor.sign
        unary "floor" AwayFromIntegers floor
        unary "clamp" AwayFromIntegers (Tensor.clamp -1.0 2.0)
        unary "numbers on the left" AwayFromZero (fun x -> 2.0 + x + (3.0 - x) * x + 1.5 / x + 0.5 * x)
        unary "numbers on the right" Anywhere (fun x -> (x + 2.0) * (x - 1.0) / 3.0 + x * -0.5)
        pair "add" (broadcastPair Anywhere Anywhere) (+)
        pair "subtract" (broadcastPair Anywhere Anywhere) (-)
        pair "multiply" (broadcastPair Anywhere Anywhere) (*)
        pair "divide" (broadcastPair Anywhere AwayFromZero) (/)
        pair "maximum" separatedPair Tensor.maximum
        pair "minimum" separatedPair Tensor.minimum
        pair "greater" separatedPair Tensor.greater
        pair "greaterOrEqual" separatedPair Tensor.greaterOrEqual
        pair "equal" separatedPair Tensor.equal
        pair "dot" vectorPair Tensor.dot
        select
        unary "flatten" Anywhere (fun x -> Tensor.reshape [| x.Size |] x)
        unary "reshape" Anywhere (fun x -> Tensor.reshape (Array.append [| 1 |] (Array.rev x.Shape)) x)
        permute
        broadcast
        slice
        concat
        onAxis "unsqueeze and squeeze" Gens.shapeAndAxis Gens.values (fun axis x ->
            Tensor.unsqueeze axis x |> Tensor.squeeze axis)
        unary "stack" Anywhere (fun x -> Tensor.stack [ x; 2.0 * x ])
        rows "gatherRows" (fun _ indices x -> Tensor.gatherRows indices x)
        rows "scatterAddRows" Tensor.scatterAddRows
        onAxis "sumKeep" Gens.shapeAndAxis Gens.values Tensor.sumKeep
        onAxis "sumAxis" Gens.shapeAndAxis Gens.values Tensor.sumAxis
        onAxis "meanAxis" Gens.filledShapeAndAxis Gens.values Tensor.meanAxis
        onAxis "maxKeep" Gens.filledShapeAndAxis Gens.distinctValues Tensor.maxKeep
        onAxis "logSumExpKeep" Gens.filledShapeAndAxis Gens.values Tensor.logSumExpKeep
        onAxis "softmax" Gens.filledShapeAndAxis Gens.values Tensor.softmax
        unary "sum" Anywhere Tensor.sum
        onAxis "mean" Gens.filledShapeAndAxis Gens.values (fun _ x -> Tensor.mean x)
        product "matMul" false false
        product "matMul of a transpose" true false
        product "matMul by a transpose" false true
        product "matMul of transposes" true true
        convolution "conv2d" Gens.imagesAndWeights Tensor.conv2d
        convolution "convTranspose2d" Gens.outputsAndWeights Tensor.convTranspose2d
        convolution "upsample2d" Gens.imagesAndWeights (fun factor _ _ images -> Tensor.upsample2d factor images)
        "cumulativeSum",
        gen {
            let! n, k = Gen.zip Gens.length Gens.length
            let! x = matrix n k

            return {
                Operation = "cumulativeSum"
                Inputs = [ x ]
                Apply = List.head >> Tensor.cumulativeSum
            }
        }
    ]

/// One theory row an operation.
let names = all |> Map.toSeq |> Seq.map (fun (name, _) -> [| box name |]) |> Seq.toArray
