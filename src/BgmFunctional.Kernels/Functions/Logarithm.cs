using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Functions;

/// <summary>
/// log, log1p and softplus. x = 2ᵉ(1 + f) with √½ ≤ 1 + f &lt; √2; log(1 + f) by the polynomials of Cephes logf (float, S. Moshier)
/// and FreeBSD e_log.c (double, Sun Microsystems 1993). Errors: log and log1p 2 ulp, softplus 3 ulp.
/// </summary>
internal static class Logarithm<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int MantissaBits
    {
        [MethodImpl(AggressiveInlining)]
        get => Lane<T>.IsSingle ? 23 : 52;
    }

    private static V Zero
    {
        [MethodImpl(AggressiveInlining)]
        get => L.Constant(0);
    }

    private static V One
    {
        [MethodImpl(AggressiveInlining)]
        get => L.Constant(1);
    }

    private static V Infinity
    {
        [MethodImpl(AggressiveInlining)]
        get => L.Constant(double.PositiveInfinity);
    }

    /// <summary>Natural logarithm; −∞ at ±0, NaN below.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Log(V x)
    {
        var small = L.Greater(L.Constant(Lane<T>.IsSingle ? 1.1754943508222875e-38 : 2.2250738585072014e-308), x);
        var normal = L.Select(small, L.Multiply(x, L.Constant(Lane<T>.IsSingle ? 8388608 : 4503599627370496)), x);
        var exponent = L.And(small, L.Constant(Lane<T>.IsSingle ? -23 : -52));
        Split(normal, out var e, out var m);
        return OutsideDomain(x, OfParts(L.Add(L.FromIntegerBits(e), exponent), L.Subtract(m, One)));
    }

    /// <summary>log(1 + x): the rounding error of 1 + x is carried into f.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Log1p(V x)
    {
        var u = L.Add(One, x);
        var isSmall = L.Greater(One, Signs<L, V, T>.Abs(x));
        var error = L.Select(isSmall, L.Subtract(x, L.Subtract(u, One)), L.Subtract(One, L.Subtract(u, x)));
        var y = OutsideDomain(u, OfSum(u, error));

        // −0, and subnormals whose square would be lost anyway.
        return L.Select(L.Greater(L.Constant(Lane<T>.IsSingle ? 1e-9 : 1e-17), Signs<L, V, T>.Abs(x)), x, y);
    }

    /// <summary>log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Softplus(V x)
    {
        var e = Exponential<L, V, T>.Exp(Signs<L, V, T>.Negative(x));
        var u = L.Add(One, e);
        var y = L.Add(L.Max(Zero, x), OfSum(u, L.Subtract(e, L.Subtract(u, One))));
        return L.Select(L.Equal(x, x), y, x);
    }

    /// <summary>log(u + error) for normal u and an error below its last place.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V OfSum(V u, V error)
    {
        Split(u, out var e, out var m);

        // Twice 2⁻ᵉ, because 2⁻ᵉ may lie below the exponents of normal numbers.
        var scale = L.SubtractBits(L.Constant(2), L.ShiftLeft(e, MantissaBits));
        return OfParts(L.FromIntegerBits(e), L.Fma(L.Multiply(L.Constant(0.5), error), scale, L.Subtract(m, One)));
    }

    /// <summary>Puts −∞ at 0, ∞ at ∞ and NaN at NaN and below 0.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V OutsideDomain(V x, V y)
    {
        var special = L.Select(L.Greater(x, Zero), x, L.Constant(double.NaN));
        special = L.Select(L.Equal(x, Zero), L.Constant(double.NegativeInfinity), special);
        return L.Select(L.And(L.Greater(x, Zero), L.Greater(Infinity, x)), y, special);
    }

    /// <summary>x = 2ᵉ m with √½ ≤ m &lt; √2; e as integer bits.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Split(V x, out V e, out V m)
    {
        var shifted = L.SubtractBits(x, L.Constant(0.7071067811865476));
        e = L.ShiftRight(shifted, MantissaBits);
        m = L.SubtractBits(x, L.ShiftLeft(e, MantissaBits));
    }

    /// <summary>e ln 2 + log(1 + f).</summary>
    [MethodImpl(AggressiveInlining)]
    private static V OfParts(V e, V f)
    {
        var square = L.Multiply(f, f);
        V y;
        if (Lane<T>.IsSingle)
        {
            var p = L.Fma(f, L.Constant(7.0376836292E-2), L.Constant(-1.1514610310E-1));
            p = L.Fma(p, f, L.Constant(1.1676998740E-1));
            p = L.Fma(p, f, L.Constant(-1.2420140846E-1));
            p = L.Fma(p, f, L.Constant(1.4249322787E-1));
            p = L.Fma(p, f, L.Constant(-1.6668057665E-1));
            p = L.Fma(p, f, L.Constant(2.0000714765E-1));
            p = L.Fma(p, f, L.Constant(-2.4999993993E-1));
            p = L.Fma(p, f, L.Constant(3.3333331174E-1));
            y = L.Fma(L.Constant(-0.5), square, L.Multiply(L.Multiply(square, f), p));
            y = L.Fma(e, L.Constant(-1.9046542121259336e-09), y);
            return L.Fma(e, L.Constant(0.6931471824645996), L.Add(f, y));
        }

        // log(1 + f) = f − f²/2 + s(f²/2 + R(s²)), s = f/(2 + f).
        var s = L.Divide(f, L.Add(L.Constant(2), f));
        var z = L.Multiply(s, s);
        var r = L.Fma(z, L.Constant(1.479819860511658591e-01), L.Constant(1.531383769920937332e-01));
        r = L.Fma(r, z, L.Constant(1.818357216161805012e-01));
        r = L.Fma(r, z, L.Constant(2.222219843214978396e-01));
        r = L.Fma(r, z, L.Constant(2.857142874366239149e-01));
        r = L.Fma(r, z, L.Constant(3.999999999940941908e-01));
        r = L.Fma(r, z, L.Constant(6.666666666666735130e-01));
        var half = L.Multiply(L.Constant(0.5), square);
        y = L.Fma(s, L.Fma(r, z, half), L.Multiply(e, L.Constant(2.3190468138462996e-17)));
        y = L.Subtract(f, L.Subtract(half, y));
        return L.Fma(e, L.Constant(0.6931471805599453), y);
    }
}
