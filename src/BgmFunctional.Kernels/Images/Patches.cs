using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Images;

/// <summary>
/// The matrix of patches: row i holds the kh·kw·c values that output pixel i sees. Of each row of the filter they lie side by side in the
/// image, so a patch is kh runs of pixels.
/// </summary>
internal static unsafe class Patches<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows first … first + rows − 1 of the matrix, from the images.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void Unfold(in Convolution shape, T* images, nint first, nint rows, T* patches)
    {
        nint run = shape.KernelWidth * shape.Channels, imageRow = shape.Width * shape.Channels, patch = shape.Patch;
        for (var place = new Place(shape, first); rows > 0; rows--, patches += patch, place.Next(shape))
        {
            var from = images + place.Run(shape);
            if (place.IsInside(shape))
            {
                var to = patches;
                for (nint row = shape.KernelHeight; row > 0; row--, from += imageRow, to += run) RowCopy<L, V, T>.Copy(from, to, run);
                continue;
            }

            RowCopy<L, V, T>.Fill(T.Zero, patches, patch);
            var (low, high) = place.Columns(shape);
            for (nint row = 0; row < shape.KernelHeight; row++)
            {
                if (high > low && place.IsInside(shape, row)) RowCopy<L, V, T>.Copy(from + (row * imageRow) + low, patches + (row * run) + low, high - low);
            }
        }
    }

    /// <summary>Adds rows first … first + rows − 1 of the matrix to the pixels that they came from.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void Fold(in Convolution shape, T* patches, nint first, nint rows, T* images)
    {
        nint run = shape.KernelWidth * shape.Channels, imageRow = shape.Width * shape.Channels, patch = shape.Patch;
        for (var place = new Place(shape, first); rows > 0; rows--, patches += patch, place.Next(shape))
        {
            var to = images + place.Run(shape);
            if (place.IsInside(shape))
            {
                var from = patches;
                for (nint row = shape.KernelHeight; row > 0; row--, from += run, to += imageRow) RowCopy<L, V, T>.Add(from, to, run);
                continue;
            }

            var (low, high) = place.Columns(shape);
            for (nint row = 0; row < shape.KernelHeight; row++)
            {
                if (high > low && place.IsInside(shape, row)) RowCopy<L, V, T>.Add(patches + (row * run) + low, to + (row * imageRow) + low, high - low);
            }
        }
    }

    /// <summary>Where the patch of an output pixel begins in the images; outside them where it sees zeros.</summary>
    private struct Place
    {
        /// <summary>The image's first element.</summary>
        private nint image;
        private nint x;
        private nint y;

        /// <summary>The place of output pixel i.</summary>
        internal Place(in Convolution shape, nint i)
        {
            var pixels = (nint)shape.OutHeight * shape.OutWidth;
            image = i / pixels * shape.Height * shape.Width * shape.Channels;
            y = (i % pixels / shape.OutWidth * shape.Stride) - shape.Top;
            x = (i % shape.OutWidth * shape.Stride) - shape.Left;
        }

        /// <summary>Goes to the next output pixel.</summary>
        [MethodImpl(AggressiveInlining)]
        internal void Next(in Convolution shape)
        {
            x += shape.Stride;
            if (x < ((nint)shape.OutWidth * shape.Stride) - shape.Left) return;
            x = -shape.Left;
            y += shape.Stride;
            if (y < ((nint)shape.OutHeight * shape.Stride) - shape.Top) return;
            y = -shape.Top;
            image += (nint)shape.Height * shape.Width * shape.Channels;
        }

        /// <summary>The elements low … high − 1 of a run that lie inside the image.</summary>
        [MethodImpl(AggressiveInlining)]
        internal readonly (nint Low, nint High) Columns(in Convolution shape) => (
            nint.Max(0, -x) * shape.Channels,
            nint.Min(shape.KernelWidth, shape.Width - x) * shape.Channels);

        /// <summary>True if the whole filter lies on the image.</summary>
        [MethodImpl(AggressiveInlining)]
        internal readonly bool IsInside(in Convolution shape) =>
            x >= 0 && y >= 0 && x + shape.KernelWidth <= shape.Width && y + shape.KernelHeight <= shape.Height;

        /// <summary>True if a row of the filter lies on a row of the image.</summary>
        [MethodImpl(AggressiveInlining)]
        internal readonly bool IsInside(in Convolution shape, nint row) => y + row >= 0 && y + row < shape.Height;

        /// <summary>Where the run of the filter's first row begins, were there no edges.</summary>
        [MethodImpl(AggressiveInlining)]
        internal readonly nint Run(in Convolution shape) => image + (((y * shape.Width) + x) * shape.Channels);
    }
}
