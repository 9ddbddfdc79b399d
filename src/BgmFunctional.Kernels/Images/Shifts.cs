using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Images;

/// <summary>
/// The matrix of patches of one image, transposed: row p is for place p of the filter, and what output pixels see there is the image amid zeros, shifted
/// by p and thinned by the stride. So its runs are rows of output pixels, long where those of a patch are short: where pixels have few channels.
/// </summary>
internal readonly unsafe ref struct Shifts<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref readonly Convolution shape;

    /// <summary>Rows of the image amid zeros.</summary>
    private readonly nint height;

    /// <summary>Elements from what an output pixel sees to what the one on its right does: a row has a plane for each.</summary>
    private readonly nint planes;

    /// <summary>Elements of a plane of a row.</summary>
    private readonly nint width;

    /// <summary>For a convolution that has outputs.</summary>
    internal Shifts(in Convolution shape)
    {
        this.shape = ref shape;
        height = ((shape.OutHeight - 1) * (nint)shape.Stride) + shape.KernelHeight;
        planes = (nint)shape.Stride * shape.Channels;
        width = shape.OutWidth + ((shape.KernelWidth - 1) / shape.Stride);
    }

    /// <summary>Elements that <see cref="Fold"/> needs beside its operands.</summary>
    internal nint Workspace => (height + 1) * planes * width;

    /// <summary>
    /// The image that the matrix (kh·kw·c, oh·ow) adds up to, in increasing order of output pixels; pixels that none of them sees are left. Sums go to
    /// planes: what neighbouring output pixels see lies side by side there, and their transpose is the row.
    /// </summary>
    [MethodImpl(AggressiveOptimization)]
    internal void Fold(T* patches, T* image, T* workspace)
    {
        nint row = planes * width;
        T* sums = workspace, pixels = sums + (height * row);
        RowCopy<L, V, T>.Fill(T.Zero, sums, height * row);

        // The last place of the filter first: of the output pixels that see a pixel, the first sees it there.
        for (nint p = shape.Patch - 1; p >= 0; p--)
        {
            T* from = patches + (p * shape.OutHeight * shape.OutWidth), to = sums + Shift(p);
            for (nint y = 0; y < shape.OutHeight; y++, from += shape.OutWidth, to += shape.Stride * row)
            {
                RowCopy<L, V, T>.Add(from, to, shape.OutWidth);
            }
        }

        nint imageRow = (nint)shape.Width * shape.Channels, left = (nint)shape.Left * shape.Channels;
        var inside = nint.Max(0, nint.Min(imageRow, row - left));
        sums += shape.Top * row;
        for (nint y = 0; y < nint.Min(shape.Height, height - shape.Top); y++, sums += row, image += imageRow)
        {
            Transposition<L, V, T>.Copy(planes, width, sums, width, pixels, planes);
            RowCopy<L, V, T>.Copy(pixels + left, image, inside);
        }
    }

    /// <summary>Where the first output pixel sees place p of the filter.</summary>
    private nint Shift(nint p)
    {
        var (pixel, channel) = Math.DivRem(p, shape.Channels);
        var (y, x) = Math.DivRem(pixel, shape.KernelWidth);
        var (outputs, within) = Math.DivRem(x, shape.Stride);
        return (((y * planes) + (within * shape.Channels) + channel) * width) + outputs;
    }
}
