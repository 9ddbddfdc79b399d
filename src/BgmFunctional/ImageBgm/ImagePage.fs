namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Charts

/// Images to look at: sheets, and pages that work without a network.
[<RequireQualifiedAccess>]
module ImagePage =

    let private across = 16
    let private most = 160

    /// A missing pixel is shown between black and white.
    let private shown (value: float32) = if Single.IsNaN value then 0.35f else value

    let private sheetOf columns (images: ImageSet) (values: float32[][]) =
        Png.sheet columns images.Width images.Height (values |> Array.map (Array.map shown))

    /// The first images side by side as a PNG file, 1 black on white 0, missing pixels grey.
    let sheet (images: ImageSet) : byte[] = ImageSet.values images |> Array.truncate most |> sheetOf across images

    let private picture description (images: ImageSet) values = Block.Picture(description, sheetOf across images values)

    /// A page with a sheet of images under a heading.
    let ofImages (title: string) (subtitle: string) (images: ImageSet) : Report = {
        Title = title
        Subtitle = subtitle
        Sections = [
            {
                Heading = ""
                Blocks = [ Block.Picture($"{min most (ImageSet.count images)} images", sheet images) ]
            }
        ]
        Footer = ""
    }

    /// A page with images as they were given, filled in, and how wide each pixel's interval is.
    let ofPrediction (title: string) (given: ImageSet) (model: ImageBgmModel) (prediction: ImagePrediction) : Report =
        let take (pixels: Tensor) = ImageSet.values { given with Pixels = pixels } |> Array.truncate most

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
