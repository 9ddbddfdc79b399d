namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Whether images are made by mean logits, or by logits drawn with their noise.
[<RequireQualifiedAccess>]
type LogitChoice =
    /// Means: smooth images.
    | Mean
    /// Drawn, as published.
    | Drawn

/// Questions to a fitted model that need no chain; answered with the means of its weights.
[<RequireQualifiedAccess>]
module ImageQueries =

    let private requireSize (model: ImageBgmModel) (images: ImageSet) =
        if images.Height = model.Height && images.Width = model.Width then
            ImageSet.requireWhole "images" images
        else
            Error(ImageError.WrongSize("images", [ images.Height; images.Width ], [ model.Height; model.Width ]))

    /// So many new images.
    let generate
        (threads: int)
        (key: Key)
        (prior: LatentPrior)
        (choice: LogitChoice)
        (count: int)
        (model: ImageBgmModel)
        : Result<ImageSet, ImageError> =
        if count < 1 then
            Error(ImageError.BadOption("number of images", string count, "a whole number, at least 1"))
        else
            use team = new Team(threads)
            let generator = ImageGenerator.mean model.Generator.Running model.Generator.Weights

            let z = LatentPrior.draw (key.Child 0L) count model.Latents prior
            let noise = lazy Initial.normal (key.Child 1L) count (model.Height * model.Width) 0.0 1.0

            let output = ImageModel.decode team generator z

            let logits =
                match choice with
                | LogitChoice.Mean -> ImageModel.meanLogits output
                | LogitChoice.Drawn -> ImageModel.drawLogits noise.Value output

            Ok {
                Height = model.Height
                Width = model.Width
                Pixels = Tensor.force (ImageModel.grey logits)
            }

    /// e(x) of whole images, (n, q).
    let encode (threads: int) (model: ImageBgmModel) (images: ImageSet) : Result<Tensor, ImageError> =
        requireSize model images
        |> Result.map (fun () ->
            use team = new Team(threads)
            ImageModel.encode team model.Height model.Width model.Encoder images.Pixels)

    /// Images by the mean logits at latents (n, q).
    let decode (threads: int) (model: ImageBgmModel) (z: Tensor) : ImageSet =
        use team = new Team(threads)

        {
            Height = model.Height
            Width = model.Width
            Pixels = ImageModel.greys team model.Generator z
        }

    /// Mean square of x − x̂ of whole images at latents (n, q), or at e(x).
    let evaluate
        (threads: int)
        (z: Tensor option)
        (model: ImageBgmModel)
        (images: ImageSet)
        : Result<float, ImageError> =
        requireSize model images
        |> Result.bind (fun () ->
            match z with
            | Some z when z.Shape <> [| ImageSet.count images; model.Config.Latents |] ->
                let wanted = [ ImageSet.count images; model.Config.Latents ]
                Error(ImageError.WrongSize("latents", List.ofArray z.Shape, wanted))
            | Some z -> Ok z
            | None -> encode threads model images)
        |> Result.map (fun z -> ImageModel.meanSquare images.Pixels (decode threads model z).Pixels)
