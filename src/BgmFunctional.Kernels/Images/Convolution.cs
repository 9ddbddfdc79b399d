using BgmFunctional.Kernels.Lanes;

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
    private const int FewFilters = 4;
    private const int FewPlanes = 4;
    private const int ShortRun = 16;
    private const int SmallMatrix = 1 << 17;

    /// <summary>Values that one output pixel sees, kh·kw·c.</summary>
    public int Patch => checked(KernelHeight * KernelWidth * Channels);

    /// <summary>Output pixels of all images.</summary>
    public int Rows => checked(Images * OutHeight * OutWidth);

    /// <summary>True if an output pixel sees just the pixel in its place, so that patches are the images as they are.</summary>
    internal bool IsPointwise =>
        KernelHeight == 1 && KernelWidth == 1 && Stride == 1 && Top == 0 && Left == 0 && OutHeight == Height && OutWidth == Width;

    /// <summary>
    /// True if its matrix of patches is made, or is the images: filters are so few that a product had better run along its rows.
    /// </summary>
    internal bool IsUnfolded => IsPointwise || Filters <= FewFilters;

    /// <summary>
    /// True if a row of a filter sees few values, of pixels that fall on few planes by their channel and the stride's phase, in images so small that what all
    /// their output pixels add stays in the cache, though these fill a vector.
    /// </summary>
    internal bool HasShortRuns =>
        !IsPointwise && KernelWidth * Channels is > 0 and < ShortRun && Stride * Channels <= FewPlanes
        && (long)OutHeight * OutWidth * Patch <= SmallMatrix && OutHeight * OutWidth >= Lane<float>.Count;

    /// <summary>Elements of the images.</summary>
    internal long ImageLength => checked((long)Images * Height * Width * Channels);

    /// <summary>Elements of the weights.</summary>
    internal long WeightLength => (long)Patch * Filters;

    /// <summary>Elements of the outputs.</summary>
    internal long OutputLength => (long)Rows * Filters;
}
