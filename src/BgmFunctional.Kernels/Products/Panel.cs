using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>How a finished sum is stored.</summary>
internal enum Finishing
{
    /// <summary>As it is: no activation, or more of k to come.</summary>
    Keep,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x or slope·x.</summary>
    Leaky,
}

/// <summary>What all tiles of a few vectors of columns share: a range of k of B, and how C starts and ends.</summary>
internal unsafe struct Panel<T>
    where T : unmanaged
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

    internal Finishing Finishing;
    internal T Slope;
}

/// <summary>The activation of a vector of finished sums.</summary>
internal static class Finish<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(AggressiveInlining)]
    internal static V Apply(in Panel<T> panel, V x)
    {
        if (panel.Finishing == Finishing.Keep) return x;
        var zero = L.Constant(0);

        // In this order a NaN stays NaN.
        return panel.Finishing == Finishing.Relu
            ? L.Max(zero, x)
            : L.Select(L.Greater(x, zero), x, L.Multiply(x, L.Create(panel.Slope)));
    }
}
