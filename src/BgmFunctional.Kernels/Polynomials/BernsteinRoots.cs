using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Functions;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Polynomials;

/// <summary>
/// Inverse of increasing Bernstein polynomials, a vector of rows at a time: Newton steps on p(t) − u, replaced by bisection where
/// they leave the bracket or shrink too slowly (rtsafe of Press et al., Numerical Recipes, 9.4).
/// </summary>
internal static unsafe class BernsteinRoots<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int MaximumSteps => Lane<T>.IsSingle ? 60 : 110;

    /// <summary>Solves n rows; shared says that one row of control points serves all.</summary>
    internal static void Run(int degree, nint n, T* control, bool shared, T* u, T* t)
    {
        nint lanes = Lane<T>.Count;
        nint size = degree + 1;
        var weights = Scratch.Request<T>((3 * size * lanes) + size);
        var points = weights + (size * lanes);
        var shifted = points + (size * lanes);
        var binomials = shifted + (size * lanes);
        BernsteinWeights<L, V, T>.Binomials(degree - 1, binomials);
        if (shared)
        {
            for (nint k = 0; k < size; k++) L.Store(L.Create(control[k]), points + (k * lanes));
        }

        for (nint i = 0; i < n; i += lanes)
        {
            var count = nint.Min(lanes, n - i);
            if (!shared) Gather(count, size, control + (i * size), points);
            L.StorePartial(Group(degree, binomials, points, L.LoadPartial(u + i, (int)count), weights, shifted), t + i, (int)count);
        }
    }

    /// <summary>Control points of count rows, lane by lane; the lanes beyond repeat the last row.</summary>
    private static void Gather(nint count, nint size, T* control, T* points)
    {
        nint lanes = Lane<T>.Count;
        Transposition<L, V, T>.Copy(count, size, control, size, points, lanes);
        for (nint k = 0; k < size; k++)
        {
            for (var lane = count; lane < lanes; lane++) points[(k * lanes) + lane] = points[(k * lanes) + count - 1];
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static V Group(int degree, T* binomials, T* points, V u, T* weights, T* shifted)
    {
        nint lanes = Lane<T>.Count;
        V zero = L.Constant(0), one = L.Constant(1), factor = L.Constant(degree);
        for (nint k = 0; k <= degree; k++) L.Store(L.Subtract(L.Load(points + (k * lanes)), u), shifted + (k * lanes));

        // p(t) − u at the ends of [0, 1], and the slopes there.
        var first = L.Load(shifted);
        var last = L.Load(shifted + (degree * lanes));
        var firstSlope = L.Multiply(factor, L.Subtract(L.Load(points + lanes), L.Load(points)));
        var lastSlope = L.Multiply(
            factor, L.Subtract(L.Load(points + (degree * lanes)), L.Load(points + ((degree - 1) * lanes))));
        var left = L.Divide(Signs<L, V, T>.Negate(first), firstSlope);
        var right = L.Subtract(one, L.Divide(last, lastSlope));
        var below = L.GreaterOrEqual(first, zero);
        var above = L.GreaterOrEqual(zero, last);

        V low = zero, high = one;
        var t = L.Divide(first, L.Subtract(first, last));
        t = L.Min(one, L.Max(zero, t));
        V step = one, stepBefore = one;
        var precision = L.Constant(Lane<T>.IsSingle ? 1.1920929e-7 : 2.220446049250313e-16);
        var open = L.AndNot(below, L.AndNot(above, L.Equal(u, u)));
        for (var i = 0; i < MaximumSteps && L.Any(open); i++)
        {
            Evaluate(degree, binomials, points, shifted, t, weights, out var p, out var slope);
            var positive = L.Greater(p, zero);
            high = L.Select(positive, t, high);
            low = L.Select(positive, low, t);
            var newton = L.Divide(p, slope);
            var next = L.Subtract(t, newton);

            // Bisection where Newton leaves the bracket, fails to halve its step in two, or meets a slope of 0 (NaN).
            var middle = L.Multiply(L.Constant(0.5), L.Add(low, high));
            var isGood = L.And(L.GreaterOrEqual(next, low), L.GreaterOrEqual(high, next));
            isGood = L.And(isGood, L.GreaterOrEqual(stepBefore, L.Multiply(L.Constant(2), Signs<L, V, T>.Abs(newton))));
            next = L.Select(isGood, next, middle);
            stepBefore = step;
            step = Signs<L, V, T>.Abs(L.Subtract(next, t));
            var isNear = L.GreaterOrEqual(L.Multiply(precision, t), step);
            t = L.Select(open, L.Select(L.Equal(p, zero), t, next), t);
            open = L.AndNot(L.Or(isNear, L.Equal(p, zero)), open);
        }

        t = L.Select(below, left, L.Select(above, right, t));
        return L.Select(L.Equal(u, u), t, u);
    }

    /// <summary>p(t) − u = Σ w_k (c_k − u + t (c_{k+1} − c_k)) and p'(t) = d Σ w_k (c_{k+1} − c_k), w of degree d − 1.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Evaluate(int degree, T* binomials, T* points, T* shifted, V t, T* weights, out V value, out V slope)
    {
        nint lanes = Lane<T>.Count;
        BernsteinWeights<L, V, T>.At(degree - 1, binomials, t, weights);
        V level = L.Constant(0), rise = level;
        var point = L.Load(points);
        for (nint k = 0; k < degree; k++)
        {
            var weight = L.Load(weights + (k * lanes));
            var next = L.Load(points + ((k + 1) * lanes));
            level = L.Fma(weight, L.Load(shifted + (k * lanes)), level);
            rise = L.Fma(weight, L.Subtract(next, point), rise);
            point = next;
        }

        value = L.Fma(t, rise, level);
        slope = L.Multiply(L.Constant(degree), rise);
    }
}
