module BgmFunctional.Tests.Nets.FlipoutTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private key = Key.OfSeed 11L
let private rows, inputs, outputs = 4, 3, 2
let private net = Network.init Bayesian key inputs [] outputs

let private layer =
    (match net.Weights with
     | BayesianNet net -> net.Output
     | _ -> failwith "plain")

/// Deviations of the weights near 0.7 instead of 0.05, so that noise is not lost in rounding.
let private wide = { layer with Rho = layer.Rho + 3.0 } |> Tree.map Tensor.force
let private x = waves 1 (Tensor.fill Float32 [| rows; inputs |] 0.0)

/// The outputs of the layer under so many draws of its noise, each (n · outputs).
let private applications count =
    let block, noise = NoiseBlock.ForNetwork(key.Child 5L, rows, net.Weights)
    let program = Program.compile (fun (noise, x) -> Flipout.apply wide noise x) (noise.Head, x)

    Array.init count (fun step ->
        block.Fill(int64 step)
        program.Run((noise.Head, x)) |> Tensor.toArray)

let private meanAndError (values: float[]) =
    let mean = Array.average values
    mean, sqrt (Array.averageBy (fun v -> (v - mean) ** 2.0) values / float values.Length)

[<Fact>]
let ``the mean over noise is the plain layer of the means, within 5 standard errors`` () =
    let draws = applications 4000
    let expected = Dense.apply (Flipout.mean wide) x |> Tensor.toArray

    for i in 0 .. expected.Length - 1 do
        let mean, error = draws |> Array.map (fun y -> y[i]) |> meanAndError
        Assert.Equal(expected[i], mean, 5.0 * error)

[<Fact>]
let ``the variance over noise is that of weights drawn for each row: Σ x²σ²`` () =
    let count = 4000
    let draws = applications count
    let sigma = Flipout.deviations wide
    let expected = Tensor.matMul (Tensor.square x) (Tensor.square sigma) |> Tensor.toArray

    for i in 0 .. expected.Length - 1 do
        let values = draws |> Array.map (fun y -> y[i])
        let mean = Array.average values
        // A variance of normals has the standard error σ²·√(2/n).
        Assert.Equal(
            expected[i],
            values |> Array.averageBy (fun v -> (v - mean) ** 2.0),
            5.0 * expected[i] * sqrt (2.0 / float count)
        )

[<Fact>]
let ``rows of a batch are perturbed without correlation`` () =
    let count = 4000
    let draws = applications count
    let mean = Dense.apply (Flipout.mean wide) x |> Tensor.toArray
    let deviation row (y: float[]) = y[row * outputs] - mean[row * outputs]
    let correlation = draws |> Array.averageBy (fun y -> deviation 0 y * deviation 1 y)
    let scale row = draws |> Array.averageBy (fun y -> deviation row y ** 2.0) |> sqrt
    // The product of two uncorrelated deviations has kurtosis above 1: twice the normal error.
    Assert.Equal(0.0, correlation / (scale 0 * scale 1), 10.0 / sqrt (float count))

[<Fact>]
let ``the divergence from the prior is the mean of log q − log p over draws, within 5 standard errors`` () =
    let count = 20_000
    let deviations = Initial.normal (key.Child 6L) count (inputs * outputs) 0.0 1.0 |> Tensor.toArray
    let mu, sigma = Tensor.toArray wide.Location, Tensor.toArray (Flipout.deviations wide)

    let values =
        Array.init count (fun draw ->
            Seq.sum (
                seq {
                    for k in 0 .. inputs * outputs - 1 do
                        let z = deviations[draw * inputs * outputs + k]
                        let w = mu[k] + sigma[k] * z
                        // log N(w; μ, σ²) − log N(w; 0, 1), whose constants cancel.
                        -log sigma[k] - z * z / 2.0 + w * w / 2.0
                }
            ))

    let mean, error = meanAndError values
    Assert.Equal(mean, Tensor.item (Flipout.kl wide), 5.0 * error)

[<Fact>]
let ``the gradient of an application and of the divergence is that of differences`` () =
    let float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x
    let block, noise = NoiseBlock.ForNetwork(key.Child 7L, rows, net.Weights)
    block.Fill 0L
    let noise, wide, x = float64 noise.Head, float64 wide, float64 x
    let f (layer, x) = Tensor.sum (sin (Flipout.apply layer noise x)) + 0.1 * Flipout.kl layer
    let direction = Tree.map (waves 2) (wide, x)
    let expected = centralDifference (fun z -> [| Tensor.item (f z) |]) (wide, x) direction
    close 1e-8 "gradient" expected [| inner (grad f (wide, x)) direction |]

[<Fact>]
let ``locations, deviations and biases start as documented`` () =
    let layer = Flipout.init key 200 300
    let moments (t: Tensor) = Tensor.toArray t |> meanAndError

    for tensor, mean in [ layer.Location, 0.0; layer.Rho, -3.0; layer.Bias, 0.0 ] do
        let found, error = moments tensor
        Assert.Equal(mean, found, 5.0 * error)
        // A standard deviation of normals has the error σ / √(2n).
        let spread = error * sqrt (float tensor.Size)
        Assert.Equal(0.1, spread, 5.0 * 0.1 / sqrt (2.0 * float tensor.Size))
