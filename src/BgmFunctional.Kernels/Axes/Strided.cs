using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;

namespace BgmFunctional.Kernels.Axes;

/// <summary>Copies between contiguous and strided arrays. Axes of size 1 are dropped and axes that run on into each other merged first.</summary>
internal static unsafe class Strided<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = elements of x in the order of shape.</summary>
    internal static void Copy(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, T* x, T* y)
    {
        Span<nint> axes = stackalloc nint[2 * shape.Length];
        var rank = Merge(shape, strides, axes);
        if (rank >= 0) From(axes[..(2 * rank)], x, ref y);
    }

    /// <summary>Elements of y in the order of shape = x.</summary>
    internal static void CopyTo(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, T* x, T* y)
    {
        Span<nint> axes = stackalloc nint[2 * shape.Length];
        var rank = Merge(shape, strides, axes);
        if (rank >= 0) To(axes[..(2 * rank)], ref x, y);
    }

    /// <summary>Pairs of size and stride, outermost first; −1 if there is no element.</summary>
    private static int Merge(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, Span<nint> axes)
    {
        var rank = 0;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0) return -1;
            if (shape[i] == 1) continue;
            if (rank > 0 && axes[(2 * rank) - 1] == (nint)shape[i] * strides[i])
            {
                axes[(2 * rank) - 2] *= shape[i];
                axes[(2 * rank) - 1] = strides[i];
                continue;
            }

            axes[2 * rank] = shape[i];
            axes[(2 * rank) + 1] = strides[i];
            rank++;
        }

        return rank;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void From(ReadOnlySpan<nint> axes, T* x, ref T* y)
    {
        if (axes.Length == 0)
        {
            *y++ = *x;
            return;
        }

        var size = axes[0];
        var stride = axes[1];
        if (axes.Length == 2)
        {
            if (stride == 1) RowCopy<L, V, T>.Copy(x, y, size);
            else if (stride == 0) RowCopy<L, V, T>.Fill(*x, y, size);
            else for (nint i = 0; i < size; i++) y[i] = x[i * stride];
            y += size;
        }
        else if (axes.Length == 4 && stride == 1 && axes[3] >= Lane<T>.Count)
        {
            Transposition<L, V, T>.Copy(axes[2], size, x, axes[3], y, axes[2]);
            y += size * axes[2];
        }
        else if (axes.Length == 4 && axes[3] == 1)
        {
            for (nint i = 0; i < size; i++) RowCopy<L, V, T>.Copy(x + (i * stride), y + (i * axes[2]), axes[2]);
            y += size * axes[2];
        }
        else
        {
            for (nint i = 0; i < size; i++) From(axes[2..], x + (i * stride), ref y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void To(ReadOnlySpan<nint> axes, ref T* x, T* y)
    {
        if (axes.Length == 0)
        {
            *y = *x++;
            return;
        }

        var size = axes[0];
        var stride = axes[1];
        if (axes.Length == 2)
        {
            if (stride == 1) RowCopy<L, V, T>.Copy(x, y, size);
            else for (nint i = 0; i < size; i++) y[i * stride] = x[i];
            x += size;
        }
        else if (axes.Length == 4 && stride == 1 && axes[3] >= size)
        {
            Transposition<L, V, T>.Copy(size, axes[2], x, axes[2], y, axes[3]);
            x += size * axes[2];
        }
        else if (axes.Length == 4 && axes[3] == 1)
        {
            for (nint i = 0; i < size; i++) RowCopy<L, V, T>.Copy(x + (i * axes[2]), y + (i * stride), axes[2]);
            x += size * axes[2];
        }
        else
        {
            for (nint i = 0; i < size; i++) To(axes[2..], ref x, y + (i * stride));
        }
    }
}
