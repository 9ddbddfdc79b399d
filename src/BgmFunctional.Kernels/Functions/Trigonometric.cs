using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Functions;

/// <summary>
/// sin, cos and atan. Sine and cosine: x = q·π/2 + r with |r| ≤ π/4 and π/2 in three parts, fused (Cody and Waite); Taylor series of r.
/// Beyond 2²² (float) or 2⁴⁵ (double) the result is NaN. Inverse tangent: the reduction of Cephes at tan(π/8) and tan(3π/8), polynomials of
/// Cephes atanf (float, S. Moshier) and FreeBSD s_atan.c (double, Sun Microsystems 1993). Errors: 2 ulp, atan 3 ulp.
/// </summary>
internal static class Trigonometric<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static V IntegerOne
    {
        [MethodImpl(AggressiveInlining)]
        get => L.CreateBits(Lane<T>.IsSingle ? 0x0000_0001_0000_0001UL : 1UL);
    }

    /// <summary>Sine, radians.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Sin(V x)
    {
        Reduce(x, out var quadrant, out var r);
        var y = Turn(quadrant, SinCore(r), CosCore(r));
        return L.Select(L.Greater(L.Constant(Lane<T>.IsSingle ? 1e-5 : 1e-9), Signs<L, V, T>.Abs(x)), x, Bounded(x, y));
    }

    /// <summary>Cosine, radians.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Cos(V x)
    {
        Reduce(x, out var quadrant, out var r);
        return Bounded(x, Turn(L.AddBits(quadrant, IntegerOne), SinCore(r), CosCore(r)));
    }

    /// <summary>Sine and cosine of 0 ≤ x ≤ 2π.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static void SinCos(V x, out V sin, out V cos)
    {
        Reduce(x, out var quadrant, out var r);
        V s = SinCore(r), c = CosCore(r);
        sin = Turn(quadrant, s, c);
        cos = Turn(L.AddBits(quadrant, IntegerOne), s, c);
    }

    /// <summary>Inverse tangent, radians.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Atan(V x)
    {
        var a = Signs<L, V, T>.Abs(x);
        var one = L.Constant(1);
        var far = L.Greater(a, L.Constant(2.414213562373095));
        var middle = L.Greater(a, L.Constant(0.41421356237309503));
        var above = L.Select(far, L.Constant(-1), L.Select(middle, L.Subtract(a, one), a));
        var below = L.Select(far, a, L.Select(middle, L.Add(a, one), one));
        var t = L.Divide(above, below);
        var z = L.Multiply(t, t);
        var y = L.Fma(L.Multiply(t, z), AtanTail(z), t);

        // The whole or half of π/2 in two parts.
        var turns = L.Select(far, one, L.And(middle, L.Constant(0.5)));
        y = L.Fma(turns, L.Constant(Lane<T>.IsSingle ? -4.371138828673793e-08 : 6.123233995736766e-17), y);
        y = L.Fma(turns, L.Constant(1.5707963267948966), y);
        return L.Select(L.Equal(x, x), Signs<L, V, T>.Copy(y, x), x);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Reduce(V x, out V quadrant, out V r)
    {
        // Adding 1.5·2²³ (2⁵²) rounds to an integer and leaves it in the low bits.
        var magic = L.Constant(Lane<T>.IsSingle ? 12582912 : 6755399441055744);
        var shifted = L.Fma(x, L.Constant(0.6366197723675814), magic);
        quadrant = L.SubtractBits(shifted, magic);
        var q = L.Subtract(shifted, magic);
        r = L.Fma(q, L.Constant(Lane<T>.IsSingle ? -1.5707963705062866 : -1.5707963267948966), x);
        r = L.Fma(q, L.Constant(Lane<T>.IsSingle ? 4.371138828673793e-08 : -6.123233995736766e-17), r);
        r = L.Fma(q, L.Constant(Lane<T>.IsSingle ? 1.7151245100058819e-15 : 1.4973849048591698e-33), r);
    }

    /// <summary>Sine in even quadrants, cosine in odd ones, negated in the second half turn.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Turn(V quadrant, V sin, V cos)
    {
        var last = Lane<T>.IsSingle ? 31 : 63;
        var odd = L.ShiftRight(L.ShiftLeft(quadrant, last), last);
        var sign = L.And(L.ShiftLeft(quadrant, last - 1), Signs<L, V, T>.Bit);
        return L.Xor(L.Select(odd, cos, sin), sign);
    }

    [MethodImpl(AggressiveInlining)]
    private static V Bounded(V x, V y) =>
        L.Select(
            L.GreaterOrEqual(L.Constant(Lane<T>.IsSingle ? 4194304 : 35184372088832), Signs<L, V, T>.Abs(x)), y, L.Constant(double.NaN));

    [MethodImpl(AggressiveInlining)]
    private static V SinCore(V r)
    {
        var z = L.Multiply(r, r);
        V p;
        if (Lane<T>.IsSingle)
        {
            p = L.Fma(z, L.Constant(1.0 / 362880), L.Constant(-1.0 / 5040));
        }
        else
        {
            p = L.Fma(z, L.Constant(1.0 / 355687428096000), L.Constant(-1.0 / 1307674368000));
            p = L.Fma(p, z, L.Constant(1.0 / 6227020800));
            p = L.Fma(p, z, L.Constant(-1.0 / 39916800));
            p = L.Fma(p, z, L.Constant(1.0 / 362880));
            p = L.Fma(p, z, L.Constant(-1.0 / 5040));
        }

        p = L.Fma(p, z, L.Constant(1.0 / 120));
        p = L.Fma(p, z, L.Constant(-1.0 / 6));
        return L.Fma(L.Multiply(r, z), p, r);
    }

    [MethodImpl(AggressiveInlining)]
    private static V CosCore(V r)
    {
        var z = L.Multiply(r, r);
        V p;
        if (Lane<T>.IsSingle)
        {
            p = L.Fma(z, L.Constant(-1.0 / 3628800), L.Constant(1.0 / 40320));
        }
        else
        {
            p = L.Fma(z, L.Constant(1.0 / 20922789888000), L.Constant(-1.0 / 87178291200));
            p = L.Fma(p, z, L.Constant(1.0 / 479001600));
            p = L.Fma(p, z, L.Constant(-1.0 / 3628800));
            p = L.Fma(p, z, L.Constant(1.0 / 40320));
        }

        p = L.Fma(p, z, L.Constant(-1.0 / 720));
        p = L.Fma(p, z, L.Constant(1.0 / 24));

        // 1 − z/2 loses half a place of z/2; adding it back keeps the result to one place.
        var half = L.Multiply(L.Constant(0.5), z);
        var near = L.Subtract(L.Constant(1), half);
        var lost = L.Subtract(L.Subtract(L.Constant(1), near), half);
        return L.Add(near, L.Fma(L.Multiply(z, z), p, lost));
    }

    /// <summary>(atan t / t − 1)/t² as a polynomial in z = t².</summary>
    [MethodImpl(AggressiveInlining)]
    private static V AtanTail(V z)
    {
        if (Lane<T>.IsSingle)
        {
            var p = L.Fma(z, L.Constant(8.05374449538e-2), L.Constant(-1.38776856032E-1));
            p = L.Fma(p, z, L.Constant(1.99777106478E-1));
            return L.Fma(p, z, L.Constant(-3.33329491539E-1));
        }

        var q = L.Fma(z, L.Constant(-1.62858201153657823623e-02), L.Constant(3.65315727442169155270e-02));
        q = L.Fma(q, z, L.Constant(-4.97687799461593236017e-02));
        q = L.Fma(q, z, L.Constant(5.83357013379057348645e-02));
        q = L.Fma(q, z, L.Constant(-6.66107313738753120669e-02));
        q = L.Fma(q, z, L.Constant(7.69187620504482999495e-02));
        q = L.Fma(q, z, L.Constant(-9.09088713343650656196e-02));
        q = L.Fma(q, z, L.Constant(1.11111104054623557880e-01));
        q = L.Fma(q, z, L.Constant(-1.42857142725034663711e-01));
        q = L.Fma(q, z, L.Constant(1.99999999998764832476e-01));
        return L.Fma(q, z, L.Constant(-3.33333333333329318027e-01));
    }
}
