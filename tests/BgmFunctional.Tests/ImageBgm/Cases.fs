/// Small images and models for the tests of image models.
module BgmFunctional.Tests.ImageBgm.Cases

open BgmFunctional.Autodiff
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests

let ok answer = Answers.valueOf ImageError.message answer
let refusal answer = Answers.refusalOf ImageError.message answer

let key = Key.OfSeed 51L
let height, width = 8, 12

/// Round spots of random places and sizes.
let images count : ImageSet =
    let places =
        Initial.uniform (key.Child 1L) count 3 1.0
        |> Tensor.toArray
        |> Array.chunkBySize 3

    let pixel (place: float[]) at =
        let row, column = float (at / width) - 3.5, float (at % width) - 5.5
        let distance = (row - 2.0 * place[0]) ** 2.0 + (column - 3.0 * place[1]) ** 2.0
        exp (-distance / (3.0 + place[2])) |> float32

    {
        Height = height
        Width = width
        Pixels =
            Tensor.float32
                [| count; height * width |]
                (places |> Array.collect (fun place -> Array.init (height * width) (pixel place)))
    }

/// Small networks.
let config kind : ImageConfig = {
    ImageConfig.defaults with
        Latents = 3
        Networks = kind
        GFilters = [ 4; 3; 3; 2 ]
        EFilters = [ 2; 3; 4 ]
        EUnits = 6
        DxFilters = [ 2; 3 ]
        DxUnits = 5
        DzUnits = [ 6; 4 ]
}

let kinds = [ Plain; Bayesian ]

/// The same options for every small fit.
let options: ImageFitOptions = {
    ImageFitOptions.defaults with
        Training.Epochs = 3
        Training.EpochsPerEvaluation = 2
        Training.BatchSize = 8
        Training.EgmIterations = 5
        Training.EgmIterationsPerReport = 2
        Training.Threads = 1
}

/// A model that has seen 20 images for a moment.
let model kind = ImageFit.run (config kind) options (images 20) |> ok
let private plain = lazy (model Plain)
let private bayesian = lazy (model Bayesian)

/// The same, made once.
let fitted kind =
    match kind with
    | Plain -> plain.Value
    | Bayesian -> bayesian.Value

/// Short chains.
let predictOptions: ImagePredictOptions = {
    ImagePredictOptions.defaults with
        Sampling.BurnIn = 20
        Sampling.Draws = 30
        Sampling.Threads = 1
}

let bits (x: Tensor) = Tensor.toFloat32 x |> Array.map System.BitConverter.SingleToInt32Bits
