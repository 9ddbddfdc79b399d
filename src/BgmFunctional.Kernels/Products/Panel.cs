using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>What all tiles of a few vectors of columns share: a range of k of B, and how C starts and ends.</summary>
internal unsafe struct Panel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Length of the range of k.</summary>
    internal nint K;

    /// <summary>First row of the range of B, full vectors.</summary>
    internal T* B;

    internal nint BRow;
    internal nint CRow;

    /// <summary>What the sums start from, full vectors; null to go on from C.</summary>
    internal T* Start;

    /// <summary>Columns in the last vector, 1 … lanes.</summary>
    internal int Tail;

    internal Finish<T> Finish;
}

/// <summary>How a finished sum is stored: as it is, or activated.</summary>
internal readonly struct Finish<T>(double slope)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kind kind = slope == 1 ? Kind.Keep : slope == 0 ? Kind.Relu : Kind.Leaky;
    private readonly T slope = T.CreateTruncating(slope);

    private enum Kind
    {
        /// <summary>No activation.</summary>
        Keep,

        /// <summary>max(x, 0).</summary>
        Relu,

        /// <summary>x or slope·x.</summary>
        Leaky,
    }

    [MethodImpl(AggressiveInlining)]
    internal V Apply<L, V>(V x)
        where L : struct, ILanes<V, T>
        where V : unmanaged
    {
        if (kind == Kind.Keep) return x;
        var zero = L.Constant(0);

        // In this order a NaN stays NaN.
        return kind == Kind.Relu ? L.Max(zero, x) : L.Select(L.Greater(x, zero), x, L.Multiply(x, L.Create(slope)));
    }
}
