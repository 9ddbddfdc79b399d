using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Polynomials;

/// <summary>
/// The Bernstein basis of one degree at a vector of points in [0, 1]: every value is a product of non-negative factors, so its
/// relative error is a few roundings times the degree. The basis of degree d and its slopes follow from degree d − 1 by
/// b_k = (1−t) w_k + t w_{k−1} and b'_k = d (w_{k−1} − w_k).
/// </summary>
internal static unsafe class BernsteinWeights<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>C(degree, k) for k = 0 … degree.</summary>
    internal static void Binomials(int degree, T* binomials)
    {
        var c = 1.0;
        for (var k = 0; k <= degree; k++)
        {
            binomials[k] = T.CreateTruncating(c);
            c = Math.Round(c * (degree - k) / (k + 1));
        }
    }

    /// <summary>weights[k] = C(degree, k) tᵏ (1−t)^(degree−k).</summary>
    /// <param name="degree">Degree, 0 or more.</param>
    /// <param name="binomials">degree + 1 values.</param>
    /// <param name="t">Points in [0, 1].</param>
    /// <param name="weights">degree + 1 vectors.</param>
    [MethodImpl(AggressiveOptimization)]
    internal static void At(int degree, T* binomials, V t, T* weights)
    {
        nint lanes = Lane<T>.Count;
        var power = L.Constant(1);
        for (nint k = 0; k <= degree; k++)
        {
            L.Store(L.Multiply(L.Create(binomials[k]), power), weights + (k * lanes));
            power = L.Multiply(power, t);
        }

        var rest = L.Subtract(L.Constant(1), t);
        power = rest;
        for (nint k = degree - 1; k >= 0; k--)
        {
            L.Store(L.Multiply(L.Load(weights + (k * lanes)), power), weights + (k * lanes));
            power = L.Multiply(power, rest);
        }
    }
}
