module BgmFunctional.Tests.Nets.MlpTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private key = Key.OfSeed 2L
let private matrix rows columns (values: float list) = Tensor.float64 [| rows; columns |] (Array.ofList values)

[<Fact>]
let ``a network is its layers one after another, by hand`` () =
    let net = {
        Hidden = [
            {
                Weight = matrix 2 2 [ 1.0; -1.0; 0.5; 2.0 ]
                Bias = Some(matrix 1 2 [ 0.1; -0.2 ])
            }
        ]
        Output = { Weight = matrix 2 1 [ 3.0; -1.0 ]; Bias = None }
    }

    let x = matrix 2 2 [ 1.0; 2.0; -1.0; 0.5 ]
    // Before the activation: (2.1, 2.8) and (−0.65, 1.8).
    let outputs activation = Mlp.apply activation net x |> Tensor.toArray
    let expected f = [| for a, b in [ 2.1, 2.8; -0.65, 1.8 ] -> 3.0 * f a - f b |]

    for activation, f in
        [
            Relu, max 0.0
            LeakyRelu 0.2, (fun z -> if z > 0.0 then z else 0.2 * z)
            Tanh, tanh
            Softplus, (fun z -> log (1.0 + exp z))
        ] do
        for expected, found in Seq.zip (expected f) (outputs activation) do
            Assert.Equal(expected, found, 12)

[<Fact>]
let ``an activation's text reads back as the same; what is none is refused`` () =
    for activation in [ Relu; LeakyRelu 0.2; LeakyRelu 0.0; LeakyRelu 1.0; Tanh; Softplus ] do
        Assert.Equal(Some activation, Activation.parse (Activation.format activation))

    for text in [ "sigmoid"; ""; "leaky-relu:"; "leaky-relu:-0.1"; "leaky-relu:2"; "leaky-relu:nan" ] do
        Assert.Equal(None, Activation.parse text)

[<Fact>]
let ``fresh layers have the sizes asked for, and a bias at the end only if asked for`` () =
    let net = Mlp.init key false 3 [ 5; 4 ] 2
    let shapes = Tree.namedLeaves net |> Array.map (fun (_, leaf) -> leaf.Shape)
    Assert.Equal<int[][]>([| [| 3; 5 |]; [| 1; 5 |]; [| 5; 4 |]; [| 1; 4 |]; [| 4; 2 |] |], shapes)
    Assert.True((Mlp.init key true 3 [] 2).Output.Bias.IsSome)

[<Fact>]
let ``fresh weights and biases fill ±1/√inputs evenly`` () =
    let layer = Dense.init key true 16 2000

    for values in [ layer.Weight; layer.Bias.Value ] |> List.map Tensor.toArray do
        Assert.All(values, fun w -> Assert.InRange(w, -0.25, 0.25))
        Assert.Equal(0.0, Array.average values, 0.02)
        Assert.Equal(0.25 / sqrt 3.0, sqrt (Array.averageBy (fun w -> w * w) values), 0.01)

[<Fact>]
let ``the same key gives the same weights, another key others`` () =
    let weights key = Mlp.init key true 3 [ 4 ] 2 |> Tree.leaves |> Array.map Tensor.toFloat32
    Assert.True((weights key = weights key))
    Assert.False((weights key = weights (Key.OfSeed 3L)))
