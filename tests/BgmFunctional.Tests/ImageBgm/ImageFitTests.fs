module BgmFunctional.Tests.ImageBgm.ImageFitTests

open System
open System.IO
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Data
open BgmFunctional.ImageBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.ImageBgm.Cases

let private tensors (model: ImageBgmModel) = numbers (model.Encoder, model.Generator, model.Latents)
let private fit config options = ImageFit.run config options (images 20)

[<Fact>]
let ``a fit has the same bits on one thread and on two, with a warm start and without`` () =
    let drawn = { config Plain with Updates = Langevin; Rates.Schedule = Cosine }

    for config in [ config Plain; config Bayesian; drawn ] do
        for iterations in [ 5; 0 ] do
            let run threads =
                fit config { options with Training.Threads = threads; Training.EgmIterations = iterations }
                |> ok

            let one, two = run 1, run 2
            sameBits $"{config}" (tensors one) (tensors two)
            Assert.Equal<ImageHistoryEntry list>(one.History, two.History)

[<Fact>]
let ``a fit reports every stage and evaluates at the epochs that it should`` () =
    let seen = ResizeArray()
    let model = fit (config Plain) { options with Progress = seen.Add } |> ok

    let stages =
        seen
        |> Seq.map (fun progress ->
            match progress with
            | WarmStart(i, n, losses) ->
                Assert.True(Double.IsFinite losses.X)
                $"warm {i}/{n}"
            | Updated(epoch, n, mse) -> $"epoch {epoch}/{n} {mse.IsSome}")
        |> List.ofSeq

    Assert.Equal<string list>(
        [ "warm 2/5"; "warm 4/5"; "warm 5/5"; "epoch 1/3 False"; "epoch 2/3 True"; "epoch 3/3 True" ],
        stages
    )

    Assert.Equal<int list>([ 2; 3 ], model.History |> List.map _.Epoch)

[<Fact>]
let ``updating lowers what is left of the pixels`` () =
    let model =
        fit (config Plain) { options with Training.Epochs = 40; Training.EpochsPerEvaluation = 1 }
        |> ok

    let mse = model.History |> List.map _.Mse
    Assert.True(List.last mse < 0.7 * mse.Head, $"{mse}")

[<Fact>]
let ``a fit that was ended at any round goes on to the same bits`` () =
    let whole = fit (config Plain) options |> ok |> tensors

    // Rounds: two reports of the warm start that is not over yet, then epochs; where no checkpoint is due, a fit leaves one as it is cancelled.
    for every, rounds in List.allPairs [ 1; 100 ] [ 1..4 ] do
        let folder = Directory.CreateTempSubdirectory "bgm-images"

        try
            let plan = { Checkpoint.plan folder.FullName with Every = Some every }
            use cancellation = new CancellationTokenSource()
            let mutable seen = 0

            let ended = {
                options with
                    Training.Checkpoint = Some plan
                    Training.Cancellation = cancellation.Token
                    Progress =
                        fun _ ->
                            seen <- seen + 1

                            if seen = rounds then
                                cancellation.Cancel()
            }

            Assert.Throws<OperationCanceledException>(fun () -> fit (config Plain) ended |> ignore)
            |> ignore

            Assert.True(Checkpoint.exists plan)

            let resumed =
                fit (config Plain) {
                    options with
                        Training.Checkpoint = Some { plan with Resume = true }
                        Training.Threads = 2
                }

            sameBits $"after {rounds}, every {every}" whole (resumed |> ok |> tensors)
        finally
            folder.Delete true

[<Fact>]
let ``more epochs follow a fit that has ended as if it had not`` () =
    let whole = fit (config Plain) options |> ok
    let folder = Directory.CreateTempSubdirectory "bgm-images"

    try
        let until epochs resume =
            fit (config Plain) {
                options with
                    Training.Epochs = epochs
                    Training.Checkpoint = Some { Checkpoint.plan folder.FullName with Resume = resume }
            }
            |> ok

        // An evaluation off schedule ends it.
        Assert.Equal<int list>([ 1 ], (until 1 false).History |> List.map _.Epoch)
        let resumed = until options.Training.Epochs true
        sameBits "tensors" (tensors whole) (tensors resumed)
        Assert.Equal<ImageHistoryEntry list>(whole.History, resumed.History)
    finally
        folder.Delete true

[<Fact>]
let ``a checkpoint of another fit, or one that nobody wants to resume, is refused`` () =
    let folder = Directory.CreateTempSubdirectory "bgm-images"

    try
        let plan = { Checkpoint.plan folder.FullName with Every = Some 1 }

        fit (config Plain) { options with Training.Checkpoint = Some plan }
        |> ok
        |> ignore

        let again = fit (config Plain) { options with Training.Checkpoint = Some plan } |> refusal
        Assert.Contains("resume", again)
        let resume = Some { plan with Resume = true }

        Assert.Contains(
            "seed",
            fit (config Plain) { options with Training.Checkpoint = resume; Training.Seed = 5L }
            |> refusal
        )

        Assert.Contains("use_bnn", fit (config Bayesian) { options with Training.Checkpoint = resume } |> refusal)

        Assert.Contains(
            "epochs",
            fit (config Plain) { options with Training.Checkpoint = resume; Training.Epochs = 1 }
            |> refusal
        )

        Assert.Contains(
            "images",
            ImageFit.run (config Plain) { options with Training.Checkpoint = resume } (images 21)
            |> refusal
        )
    finally
        folder.Delete true

[<Fact>]
let ``what cannot be fitted is refused before any work`` () =
    let refused (part: string) config options images =
        Assert.Contains(part, ImageFit.run config options images |> refusal)

    let config, images = config Plain, images 20
    refused "latents: found 0" { config with Latents = 0 } options images
    refused "filters of the generator" { config with GFilters = [ 4; 0; 2 ] } options images
    refused "learning rate of networks" { config with Rates.Theta = nan } options images
    refused "lr_schedule" { config with Rates.Schedule = Plateau 5 } options images
    refused "gamma" { config with Penalties.Gamma = -1.0 } options images
    refused "epochs: found 0" config { options with Training.Epochs = 0 } images
    refused "batch size (batch_size): found 1" config { options with Training.BatchSize = 1 } images
    refused "threads" config { options with Training.Threads = 0 } images
    refused "egm iterations (egm_n_iter): found -1" config { options with Training.EgmIterations = -1 } images

    let blank height width = {
        Height = height
        Width = width
        Pixels = Tensor.fill Float32 [| 3; height * width |] 0.0
    }

    refused "10 × 12; height and width must be divisible by 4" config options (blank 10 12)
    refused "n at least 2" config options (ImageSet.slice 0 1 images)

    refused "image 1, row 5, column 1: the pixel is missing" config options (Mask.apply Half images |> ok)

[<Fact>]
let ``a model file gives the same bits back`` () =
    for kind in kinds do
        let path = Path.GetTempFileName()

        try
            let model = fitted kind
            ImageModelFile.save path model |> ok
            let back = ImageModelFile.load path |> ok

            let settings (model: ImageBgmModel) =
                ImageSettings.format { Config = model.Config; Options = model.Options }

            Assert.Equal(model.Config, back.Config)
            Assert.Equal(settings model, settings back)
            Assert.Equal<ImageHistoryEntry list>(model.History, back.History)
            Assert.Equal(model.Provenance, back.Provenance)
            Assert.Equal(model.Precision, back.Precision)
            sameBits "arrays" (tensors model) (tensors back)
        finally
            File.Delete path

[<Fact>]
let ``a file that is no model of images, or whose parts do not fit, is refused`` () =
    let path = Path.GetTempFileName()

    let refused (part: string) = Assert.Contains(part, ImageModelFile.load path |> refusal)

    let content () =
        ImageModelFile.save path (fitted Plain) |> ok

        match Safetensors.read path with
        | Ok content -> content
        | Error error -> failwith (DataError.message error)

    let changed change =
        match Safetensors.write path (change (content ())) with
        | Ok() -> ()
        | Error error -> failwith (DataError.message error)

    let withMetadata key text = changed (fun content -> { content with Metadata = content.Metadata.Add(key, text) })

    try
        withMetadata "format" "bgm.tram-dag"
        refused "bgm.tram-dag"
        withMetadata "version" "9"
        refused "version 9"
        withMetadata "height" "10"
        refused "divisible by 4"
        withMetadata "height" "400000"
        refused "more numbers"
        withMetadata "precision" "0"
        refused "'precision' is not above 0"
        withMetadata "settings" """{"z_dim": 0}"""
        refused "'settings' cannot be used: settings: latents: found 0"
        withMetadata "settings" """{"z_dims": 3}"""
        refused "'z_dims': there is no such setting"
        withMetadata "settings" "{}"
        refused "more numbers"
        changed (fun content -> { content with Tensors = content.Tensors.Tail })
        refused "is missing"

        changed (fun content -> {
            content with
                Tensors =
                    content.Tensors
                    |> List.map (fun (place, array) ->
                        match array with
                        | StoredArray.F32(shape, values) when place = "Latents" ->
                            place, StoredArray.F32(shape, Array.map (fun _ -> nanf) values)
                        | other -> place, other)
        })

        refused "not finite"

        let bytes =
            (content () |> ignore
             File.ReadAllBytes path)

        File.WriteAllBytes(path, bytes[.. bytes.Length / 2])
        refused "cut short"
    finally
        File.Delete path
