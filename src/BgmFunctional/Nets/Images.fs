namespace BgmFunctional.Nets

open BgmFunctional.Autodiff

/// Images (n, h, w, c) as rows of tables, which is how dense layers and batch normalisation see them.
[<RequireQualifiedAccess>]
module Images =

    /// A row for each image: (n, h, w, c) -> (n, h·w·c).
    let flatten (x: Tensor) : Tensor = Tensor.reshape [| x.Shape[0]; Shape.size x.Shape[1..] |] x

    /// Rows as images of a size: (n, height·width·c) -> (n, height, width, c).
    /// <exception cref="System.ArgumentException">Rows that do not fill whole pixels.</exception>
    let ofRows (height: int) (width: int) (x: Tensor) : Tensor =
        Tensor.reshape [| x.Shape[0]; height; width; x.Shape[1] / max 1 (height * width) |] x

    /// A row for each pixel: (n, h, w, c) -> (n·h·w, c).
    let pixels (x: Tensor) : Tensor = Tensor.reshape [| Shape.size x.Shape[..2]; x.Shape[3] |] x

    /// A function of rows applied to each pixel, such as batch normalisation over the channels: (n, h, w, c) -> (n, h, w, c′).
    let perPixel (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        let y = f (pixels x)
        Tensor.reshape (Shape.withAxis 3 y.Shape[1] x.Shape) y

/// Dropout: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, JMLR 15, 2014.
[<RequireQualifiedAccess>]
module Dropout =

    /// x where the noise, uniform on (0, 1) in the shape of x, is not below the rate, divided by what is kept on average; 0 elsewhere.
    /// <exception cref="System.ArgumentException">A rate outside [0, 1).</exception>
    let apply (rate: float) (noise: Tensor) (x: Tensor) : Tensor =
        if not (rate >= 0.0 && rate < 1.0) then
            invalidArg (nameof rate) $"dropout: a rate of {rate} cannot be; it must be at least 0 and below 1"

        let isKept = Tensor.greaterOrEqual noise (Tensor.fill noise.DType noise.Shape rate)
        x * isKept / (1.0 - rate)
