namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Charts

/// Images to look at: sheets, and pages that work without a network.
[<RequireQualifiedAccess>]
module ImagePage =

    let private across = 16
    let private most = 160

    /// Few images are shown large on a page.
    let private few, private acrossFew = 40, 8

    let private firstOf (images: ImageSet) = ImageSet.values images |> Array.truncate most

    /// A missing pixel is shown between black and white.
    let private shown (value: float32) = if Single.IsNaN value then 0.35f else value

    let private sheetOf columns (images: ImageSet) (values: float32[][]) =
        Png.sheet columns images.Width images.Height (values |> Array.map (Array.map shown))

    /// The first images side by side as a PNG file, 1 black on white 0, missing pixels grey.
    let sheet (images: ImageSet) : byte[] = firstOf images |> sheetOf across images

    /// Pages are as wide whatever the number of images, so that a row that is not full is filled up with blank ones.
    let private picture description (images: ImageSet) (values: float32[][]) =
        let columns = if values.Length <= few then acrossFew else across

        let blank =
            Array.init (max 0 (columns - values.Length)) (fun _ -> Array.zeroCreate (ImageSet.pixels images))

        Block.Picture(description, sheetOf columns images (Array.append values blank))

    /// A page with a sheet of images under a heading.
    let ofImages (title: string) (subtitle: string) (images: ImageSet) : Report = {
        Title = title
        Subtitle = subtitle
        Sections = [
            {
                Heading = ""
                Blocks = [ picture $"{min most (ImageSet.count images)} images" images (firstOf images) ]
            }
        ]
        Footer = ""
    }

    /// A page with images as they were given, filled in, and how wide each pixel's interval is.
    let ofPrediction (title: string) (given: ImageSet) (model: ImageBgmModel) (prediction: ImagePrediction) : Report =
        let take (pixels: Tensor) = firstOf { given with Pixels = pixels }

        let widths = Array.map2 (Array.map2 (-)) (take prediction.High) (take prediction.Low)
        let level = $"%g{100.0 * (1.0 - prediction.Alpha)}"

        {
            Title = title
            Subtitle = $"{ImageSet.count given} images of {given.Height} × {given.Width}"
            Sections = [
                {
                    Heading = "Given"
                    Blocks = [ picture "Images with missing pixels in grey" given (take given.Pixels) ]
                }
                {
                    Heading = "Filled in"
                    Blocks = [
                        Block.Prose "Missing pixels are posterior means; those that were seen are as they were."
                        picture "The images, filled in" given (take prediction.Images.Pixels)
                    ]
                }
                {
                    Heading = "How sure"
                    Blocks = [
                        Block.Prose $"The width of each pixel's {level} %% interval, black where it may be anything."
                        picture "Widths of intervals" given widths
                    ]
                }
                {
                    Heading = "Chains"
                    Blocks = [
                        Block.Table {
                            Caption = ""
                            Header = [
                                "acceptance"
                                "median R-hat"
                                "median effective draws"
                                "images with R-hat ≤ 1.1"
                            ]
                            Rows = [
                                [
                                    Cell.Number(prediction.Acceptance, 2)
                                    Cell.Number(prediction.RHat, 3)
                                    Cell.Number(prediction.Ess, 0)
                                    Cell.Number(prediction.Converged, 2)
                                ]
                            ]
                        }
                        yield! prediction.Warnings |> List.map Block.Prose
                    ]
                }
            ]
            Footer =
                $"Fitted to {model.Provenance.Rows} images with seed {model.Provenance.Seed}, version {model.Provenance.Library}."
        }
