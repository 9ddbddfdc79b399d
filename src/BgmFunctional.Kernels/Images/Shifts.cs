using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using BgmFunctional.Kernels.Products;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Images;

/// <summary>
/// The image that output pixels add up to, for pixels of few channels, where the runs of a patch are short. What all output pixels add at one place of the
/// filter is a smaller image, which that place shifts: sums of long rows. They are made in planes, each for a channel and a phase of the stride in y and x, as
/// what neighbouring output pixels see there lies side by side; transposed, the planes are the image.
/// </summary>
internal readonly unsafe ref struct Shifts<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ref readonly Convolution shape;

    /// <summary>Output pixels of an image.</summary>
    private readonly nint outputs;

    /// <summary>Elements of a row of a plane, whole vectors.</summary>
    private readonly nint width;

    /// <summary>Planes of one phase in y.</summary>
    private readonly nint planes;

    /// <summary>Elements of these.</summary>
    private readonly nint phase;

    /// <summary>As many output pixels as lanes, transposed: (filters, lanes).</summary>
    private readonly T* panel;

    /// <summary>A vector of zeros.</summary>
    private readonly T* zeros;

    /// <summary>A vector whose bits are set in the lanes that the last vector of a row of output pixels fills.</summary>
    private readonly T* filled;

    private readonly T* sums;
    private readonly T* pixels;

    /// <summary>Where in the sums the first output pixel sees each place of the filter.</summary>
    private readonly nint* shifts;

    /// <summary>What output pixels add: (patch, output pixels).</summary>
    private readonly T* shares;

    internal Shifts(in Convolution shape)
    {
        this.shape = ref shape;
        nint lanes = Lane<T>.Count;
        outputs = (nint)shape.OutHeight * shape.OutWidth;
        width = (shape.OutWidth + ((shape.KernelWidth - 1) / shape.Stride) + lanes - 1) & -lanes;
        planes = (nint)shape.Stride * shape.Channels;
        phase = planes * (shape.OutHeight + ((shape.KernelHeight - 1) / shape.Stride)) * width;
        nint whole = shape.Stride * phase, table = (shape.Patch * sizeof(nint) / sizeof(T)) + 1;

        // Sums and shares are read, and sums written, up to a vector beyond their ends.
        panel = Scratch.Request<T>((shape.Filters * lanes) + (2 * lanes) + (2 * whole) + lanes + table + (shape.Patch * outputs) + lanes);
        zeros = panel + (shape.Filters * lanes);
        filled = zeros + lanes;
        pixels = filled + lanes;
        sums = pixels + whole;
        shifts = (nint*)(sums + whole + lanes);
        shares = (T*)shifts + table;
        RowCopy<L, V, T>.Fill(T.Zero, zeros, lanes);
        L.Store(L.CreateBits(ulong.MaxValue), filled);
        L.Store(L.LoadPartial(filled, (int)(((shape.OutWidth - 1) % lanes) + 1)), filled);
        for (nint p = 0; p < shape.Patch; p++) shifts[p] = Shift(p);
    }

    /// <summary>One image, in increasing order of output pixels; pixels that none of them sees are left.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal void Fold(T* from, in Matrix<T> weights, T* image)
    {
        Share(from, weights);
        RowCopy<L, V, T>.Fill(T.Zero, sums, shape.Stride * phase);

        // The last place of the filter first: of the output pixels that see a pixel, the first sees it there.
        for (nint p = shape.Patch - 1; p >= 0; p--) Add(shares + (p * outputs), sums + shifts[p]);

        for (nint start = 0; start < shape.Stride * phase; start += phase)
        {
            Transposition<L, V, T>.Copy(planes, phase / planes, sums + start, phase / planes, pixels + start, planes);
        }

        nint imageRow = (nint)shape.Width * shape.Channels, left = (nint)shape.Left * shape.Channels, row = planes * width;
        var inside = nint.Max(0, nint.Min(imageRow, row - left));
        var rows = nint.Min(shape.Height, (phase / row * shape.Stride) - shape.Top);
        for (nint y = 0; y < rows; y++, image += imageRow)
        {
            var (down, within) = Math.DivRem(y + shape.Top, shape.Stride);
            RowCopy<L, V, T>.Copy(pixels + (within * phase) + (down * row) + left, image, inside);
        }
    }

    /// <summary>What output pixels add, as many of them as lanes at a time; the last ones may be made twice.</summary>
    private void Share(T* from, in Matrix<T> weights)
    {
        nint lanes = Lane<T>.Count;
        var tiles = new Panel<T>
        {
            K = shape.Filters,
            B = panel,
            BRow = lanes,
            CRow = outputs,
            Start = zeros,
            Tail = Lane<T>.Count,
            Finish = new(1),
        };
        for (nint i = 0; i < outputs; i += lanes)
        {
            var first = nint.Min(i, outputs - lanes);
            Transposition<L, V, T>.Copy(lanes, shape.Filters, from + (first * shape.Filters), shape.Filters, panel, lanes);
            Tiles<L, V, T, One<L, V, T>>.Cover(tiles, shape.Patch, weights, shares + first);
        }
    }

    /// <summary>Adds a smaller image to a plane, and zeros to what lies beyond its rows.</summary>
    [MethodImpl(AggressiveInlining)]
    private void Add(T* from, T* to)
    {
        var mask = L.Load(filled);
        nint last = (shape.OutWidth - 1) & -Lane<T>.Count;
        for (nint y = 0; y < shape.OutHeight; y++, from += shape.OutWidth, to += width)
        {
            for (nint x = 0; x < last; x += Lane<T>.Count) L.Store(L.Add(L.Load(to + x), L.Load(from + x)), to + x);
            L.Store(L.Add(L.Load(to + last), L.And(L.Load(from + last), mask)), to + last);
        }
    }

    /// <summary>Where in the sums the first output pixel sees place p of the filter.</summary>
    private nint Shift(nint p)
    {
        var (pixel, channel) = Math.DivRem(p, shape.Channels);
        var (y, x) = Math.DivRem(pixel, shape.KernelWidth);
        var (down, within) = Math.DivRem(y, shape.Stride);
        var (right, beside) = Math.DivRem(x, shape.Stride);
        return (within * phase) + (((beside * shape.Channels) + channel) * (phase / planes)) + (down * width) + right;
    }
}
