namespace BgmFunctional.Kernels;

/// <summary>
/// The sizes of a convolution of images with their channels last: images (n, h, w, c), weights (kh, kw, c, filters), outputs
/// (n, oh, ow, filters). Output (y, x) sees the image from row y·Stride − Top and column x·Stride − Left on, zeros outside.
/// </summary>
/// <param name="Images">Images, n.</param>
/// <param name="Height">Rows of an image, h.</param>
/// <param name="Width">Columns of an image, w.</param>
/// <param name="Channels">Values a pixel, c.</param>
/// <param name="KernelHeight">Rows of a filter, kh.</param>
/// <param name="KernelWidth">Columns of a filter, kw.</param>
/// <param name="OutHeight">Rows of an output, oh.</param>
/// <param name="OutWidth">Columns of an output, ow.</param>
/// <param name="Filters">Values of an output's pixel.</param>
/// <param name="Stride">Pixels from one output to the next, at least 1.</param>
/// <param name="Top">Zeros above an image.</param>
/// <param name="Left">Zeros on the left of an image.</param>
public readonly record struct Convolution(
    int Images, int Height, int Width, int Channels, int KernelHeight, int KernelWidth, int OutHeight, int OutWidth, int Filters,
    int Stride, int Top, int Left)
{
    /// <summary>Values that one output pixel sees, kh·kw·c.</summary>
    public int Patch => checked(KernelHeight * KernelWidth * Channels);

    /// <summary>Output pixels of all images.</summary>
    public int Rows => checked(Images * OutHeight * OutWidth);

    /// <summary>True if an output pixel sees just the pixel in its place, so that patches are the images as they are.</summary>
    internal bool IsPointwise =>
        KernelHeight == 1 && KernelWidth == 1 && Stride == 1 && Top == 0 && Left == 0 && OutHeight == Height && OutWidth == Width;

    /// <summary>Elements of the images.</summary>
    internal long ImageLength => checked((long)Images * Height * Width * Channels);

    /// <summary>Elements of the weights.</summary>
    internal long WeightLength => (long)Patch * Filters;

    /// <summary>Elements of the outputs.</summary>
    internal long OutputLength => (long)Rows * Filters;
}
