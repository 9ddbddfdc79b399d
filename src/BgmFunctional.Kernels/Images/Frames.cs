using System.Numerics;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using BgmFunctional.Kernels.Products;

namespace BgmFunctional.Kernels.Images;

/// <summary>
/// The matrix of patches, a few rows of output pixels at a time, as windows on what these see: rows of images amid their zeros. So an image is
/// copied once, though its pixels are in many patches. With memory for a product with it.
/// </summary>
internal readonly unsafe ref struct Frames<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Bytes of images at a time: a part of the second-level cache that leaves room for the weights.</summary>
    private const int Size = 1 << 18;

    private readonly ref readonly Convolution shape;

    /// <summary>Elements of a row amid zeros.</summary>
    private readonly nint width;

    private readonly nint* rows;
    private readonly nint* columns;
    private readonly T* pixels;

    /// <summary>For a convolution that has outputs.</summary>
    internal Frames(in Convolution shape)
    {
        this.shape = ref shape;
        width = (((shape.OutWidth - 1) * (nint)shape.Stride) + shape.KernelWidth) * shape.Channels;
        var lines = nint.Max(1, Size / sizeof(T) / nint.Max(1, shape.Stride * width));
        lines = nint.Min(lines, (nint)shape.Images * shape.OutHeight);
        Rows = (int)lines * shape.OutWidth;

        // What the last line of an image sees goes on beyond what it would share with another.
        nint images = (lines / shape.OutHeight) + 2, beyond = nint.Max(0, shape.KernelHeight - shape.Stride);
        var length = ((lines * shape.Stride) + (images * beyond)) * width;
        var tables = ((shape.Patch + (nint)Rows) * sizeof(nint) / sizeof(T)) + 1;
        Workspace = Scratch.Request<T>(Product<L, V, T>.Workspace + tables + length);
        columns = (nint*)(Workspace + Product<L, V, T>.Workspace);
        rows = columns + shape.Patch;
        pixels = (T*)(rows + Rows);
        nint run = shape.KernelWidth * shape.Channels;
        for (nint p = 0; p < shape.Patch; p++) columns[p] = (p / run * width) + (p % run);
    }

    /// <summary>Rows of the matrix at a time: whole rows of output pixels.</summary>
    internal int Rows { get; }

    internal T* Workspace { get; }

    /// <summary>The rows that begin with one of them.</summary>
    internal int From(int first) => int.Min(Rows, shape.Rows - first);

    /// <summary>The patches of some rows.</summary>
    internal Windows<T> Windows(T* images, int first, int count)
    {
        nint right = (nint)shape.Stride * shape.Channels, down = shape.Stride * width, start = 0;
        var row = rows;
        for (int line = first / shape.OutWidth, end = line + (count / shape.OutWidth); line < end;)
        {
            var (image, y) = Math.DivRem(line, shape.OutHeight);
            var lines = int.Min(shape.OutHeight - y, end - line);
            var height = ((lines - 1) * (nint)shape.Stride) + shape.KernelHeight;
            Fill(images + ((nint)image * shape.Height * shape.Width * shape.Channels), ((nint)y * shape.Stride) - shape.Top, height, pixels + start);
            for (nint i = 0; i < lines; i++)
            {
                nint place = start + (i * down);
                for (var x = shape.OutWidth; x > 0; x--, place += right) *row++ = place;
            }

            start += height * width;
            line += lines;
        }

        return new(pixels, rows, columns);
    }

    /// <summary>Rows of an image from y on, zeros outside it.</summary>
    private void Fill(T* image, nint y, nint height, T* target)
    {
        nint imageRow = (nint)shape.Width * shape.Channels;
        var left = nint.Min(width, (nint)shape.Left * shape.Channels);
        var inside = nint.Min(width - left, imageRow);
        new Span<T>(target, (int)(height * width)).Clear();
        nint first = nint.Max(0, y), last = nint.Min(shape.Height, y + height);
        for (var row = first; row < last; row++)
        {
            RowCopy<L, V, T>.Copy(image + (row * imageRow), target + ((row - y) * width) + left, inside);
        }
    }
}
