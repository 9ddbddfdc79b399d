using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Functions;

/// <summary>
/// exp, expm1 and what follows from them. x = k·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite, Software
/// Manual for the Elementary Functions, 1980); Taylor series of eʳ, whose first omitted term is below 2⁻²⁷ (float) or 2⁻⁵⁷ (double).
/// Errors: exp 1.5 ulp, expm1 and sigmoid 3 ulp, tanh 4 ulp.
/// </summary>
internal static class Exponential<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int MantissaBits
    {
        [MethodImpl(AggressiveInlining)]
        get => Lane<T>.IsSingle ? 23 : 52;
    }

    /// <summary>eˣ; subnormal results are correctly scaled.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Exp(V x)
    {
        x = L.Min(L.Constant(Lane<T>.IsSingle ? 130 : 1000), L.Max(L.Constant(Lane<T>.IsSingle ? -130 : -1000), x));
        Reduce(x, out var k, out var r);
        var y = L.Add(L.Fma(L.Multiply(r, r), Tail(r), r), L.Constant(1));

        // 2ᵏ in two factors: k may lie beyond the exponents of normal numbers.
        var half = L.ShiftRight(k, 1);
        return L.Multiply(L.Multiply(y, PowerOfTwo(half)), PowerOfTwo(L.SubtractBits(k, half)));
    }

    /// <summary>eˣ − 1.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Expm1(V x)
    {
        var bounded = L.Min(L.Constant(Lane<T>.IsSingle ? 89 : 710), L.Max(L.Constant(Lane<T>.IsSingle ? -30 : -60), x));
        Reduce(bounded, out var k, out var r);
        var y = L.Fma(L.Multiply(r, r), Tail(r), r);

        // 2ᵏ y + (2ᵏ − 1), by 2ᵏ⁻¹ because 2ᵏ may overflow where the result does not.
        var scale = PowerOfTwo(L.SubtractBits(k, L.CreateBits(Lane<T>.IsSingle ? 0x0000_0001_0000_0001UL : 1UL)));
        y = L.Fma(scale, y, L.Subtract(scale, L.Constant(0.5)));
        y = L.Add(y, y);
        return L.Select(L.Greater(L.Constant(Lane<T>.IsSingle ? 1e-9 : 1e-17), Signs<L, V, T>.Abs(x)), x, y);
    }

    /// <summary>Hyperbolic tangent: −e/(e + 2) with e = expm1(−2|x|), and the sign of x.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Tanh(V x)
    {
        var e = Expm1(L.Multiply(L.Constant(-2), Signs<L, V, T>.Abs(x)));
        return Signs<L, V, T>.Copy(L.Divide(e, L.Add(e, L.Constant(2))), x);
    }

    /// <summary>1/(1 + e⁻ˣ), as e/(1 + e) with e = eˣ for negative x.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Sigmoid(V x)
    {
        var e = Exp(Signs<L, V, T>.Negative(x));
        var one = L.Constant(1);
        return L.Divide(L.Select(L.Greater(x, L.Constant(0)), one, e), L.Add(one, e));
    }

    /// <summary>x = k ln 2 + r; k as integer bits.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Reduce(V x, out V k, out V r)
    {
        // Adding 1.5·2²³ (2⁵²) rounds to an integer and leaves it in the low bits.
        var magic = L.Constant(Lane<T>.IsSingle ? 12582912 : 6755399441055744);
        var shifted = L.Fma(x, L.Constant(1.4426950408889634), magic);
        k = L.SubtractBits(shifted, magic);
        var rounded = L.Subtract(shifted, magic);
        r = L.Fma(rounded, L.Constant(Lane<T>.IsSingle ? -0.6931471824645996 : -0.6931471805599453), x);
        r = L.Fma(rounded, L.Constant(Lane<T>.IsSingle ? 1.9046542121259336e-09 : -2.3190468138462996e-17), r);
    }

    [MethodImpl(AggressiveInlining)]
    private static V PowerOfTwo(V k) =>
        L.ShiftLeft(L.AddBits(k, L.CreateBits(Lane<T>.IsSingle ? 0x0000_007F_0000_007FUL : 0x3FFUL)), MantissaBits);

    /// <summary>(eʳ − 1 − r)/r² by its Taylor series.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Tail(V r)
    {
        if (Lane<T>.IsSingle)
        {
            var p = L.Fma(r, L.Constant(1.0 / 5040), L.Constant(1.0 / 720));
            p = L.Fma(p, r, L.Constant(1.0 / 120));
            p = L.Fma(p, r, L.Constant(1.0 / 24));
            p = L.Fma(p, r, L.Constant(1.0 / 6));
            return L.Fma(p, r, L.Constant(0.5));
        }

        var q = L.Fma(r, L.Constant(1.0 / 6227020800), L.Constant(1.0 / 479001600));
        q = L.Fma(q, r, L.Constant(1.0 / 39916800));
        q = L.Fma(q, r, L.Constant(1.0 / 3628800));
        q = L.Fma(q, r, L.Constant(1.0 / 362880));
        q = L.Fma(q, r, L.Constant(1.0 / 40320));
        q = L.Fma(q, r, L.Constant(1.0 / 5040));
        q = L.Fma(q, r, L.Constant(1.0 / 720));
        q = L.Fma(q, r, L.Constant(1.0 / 120));
        q = L.Fma(q, r, L.Constant(1.0 / 24));
        q = L.Fma(q, r, L.Constant(1.0 / 6));
        return L.Fma(q, r, L.Constant(0.5));
    }
}
