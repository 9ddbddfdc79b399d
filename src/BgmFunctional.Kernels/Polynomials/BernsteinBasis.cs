using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Functions;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Polynomials;

/// <summary>Values and slopes of the basis for n points, a vector of points at a time.</summary>
internal static unsafe class BernsteinBasis<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static void Run(int degree, nint n, T* t, T* basis, T* slope)
    {
        nint lanes = Lane<T>.Count;
        nint size = degree + 1;
        var weights = Scratch.Request<T>((3 * size * lanes) + size);
        var values = weights + (size * lanes);
        var slopes = values + (size * lanes);
        var binomials = slopes + (size * lanes);
        BernsteinWeights<L, V, T>.Binomials(Math.Max(degree - 1, 0), binomials);
        for (nint i = 0; i < n; i += lanes, t += lanes)
        {
            var count = nint.Min(lanes, n - i);
            Group(degree, binomials, L.LoadPartial(t, (int)count), weights, values, slopes);
            Transposition<L, V, T>.Copy(size, count, values, lanes, basis + (i * size), size);
            Transposition<L, V, T>.Copy(size, count, slopes, lanes, slope + (i * size), size);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Group(int degree, T* binomials, V t, T* weights, T* values, T* slopes)
    {
        nint lanes = Lane<T>.Count;
        if (degree == 0)
        {
            L.Store(L.Constant(1), values);
            L.Store(L.Constant(0), slopes);
            return;
        }

        // In this order a NaN stays NaN.
        var inside = L.Min(L.Constant(1), L.Max(L.Constant(0), t));
        var beyond = L.Subtract(t, inside);
        BernsteinWeights<L, V, T>.At(degree - 1, binomials, inside, weights);
        var rest = L.Subtract(L.Constant(1), inside);
        var factor = L.Constant(degree);
        var previous = L.Constant(0);
        for (nint k = 0; k <= degree; k++)
        {
            var weight = k < degree ? L.Load(weights + (k * lanes)) : L.Constant(0);
            var derivative = L.Multiply(factor, L.Subtract(previous, weight));
            var value = L.Fma(inside, previous, L.Multiply(rest, weight));
            L.Store(L.Fma(beyond, derivative, value), values + (k * lanes));
            L.Store(derivative, slopes + (k * lanes));
            previous = weight;
        }
    }
}
