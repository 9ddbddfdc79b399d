namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Optim

/// The reference net 10 → 64×5 (LeakyReLU 0.2) → 201 on 32 rows, Gaussian loss whose variance is the last output; float32, one thread.
type Gradients() =
    let rows, inputs, outputs = 32, 10, 200

    let random seed columns =
        let values = Array.zeroCreate<float32>(rows * columns)
        Kernels<float32>.Best.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        Tensor.float32 [| rows; columns |] values

    let loss x target net =
        let output = Mlp.apply (LeakyRelu 0.2) net x
        let mean = Tensor.slice 1 0 outputs output
        let variance = Tensor.softplus (Tensor.slice 1 outputs 1 output) + 1e-6
        let squares = Tensor.sumKeep 1 (Tensor.square (target - mean))
        Tensor.mean (squares / (2.0 * variance) + float outputs / 2.0 * log variance)

    let net = Mlp.init (Key.OfSeed 3L) true inputs [ 64; 64; 64; 64; 64 ] (outputs + 1)
    let data = random 1L inputs, random 2L outputs

    let gradient =
        let program = Program.compile (fun (net, (x, y)) -> valueAndGrad (loss x y) net) (net, data)
        program.Bind((net, data))
        program

    let training =
        let rate = Tensor.float32 [| 1 |] [| 1e-3f |]

        let step (net, adam) (x, y) =
            let loss, gradient = valueAndGrad (loss x y) net
            Adam.update Adam.Config.defaults rate gradient adam net, loss

        let stepper = Stepper.compile step (net, Adam.init net) data
        stepper.Bind data
        stepper

    /// One value and gradient.
    [<Benchmark; Work(Work.Training * Work.ReferenceNet * 32.0, 1)>]
    member _.ReferenceNet() = gradient.Execute()

    /// The same with a step of Adam.
    [<Benchmark; Work(Work.Training * Work.ReferenceNet * 32.0, 1)>]
    member _.ReferenceNetAdam() = training.Advance()
