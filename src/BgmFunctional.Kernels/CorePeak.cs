using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels;

/// <summary>What one core can do at most, so that a benchmark's figure means the same on any machine.</summary>
public static class CorePeak
{
    private const int Steps = 20_000;
    private const int Runs = 21;

    /// <summary>
    /// Floating-point operations a second of this core in <typeparamref name="T"/>: fused multiply-adds (2 each) on registers alone, with the
    /// widest vectors it has, median of 21 runs of some 0.2 ms.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static double Measure<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => IsaSupport.Best switch
        {
            Isa.Avx512 => Median<T>(Wide<Avx512Lanes<T>, Vector512<T>, T>, 16),
            Isa.Avx2 => Median<T>(Narrow<Avx2Lanes<T>, Pair<T>, T>, 6),
            _ => Median<T>(Narrow<PortableLanes<T>, Bits512, T>, 6),
        };

    private static double Median<T>(Func<T> run, int accumulators)
        where T : unmanaged
    {
        var operations = 2.0 * Steps * accumulators * Lane<T>.Count;
        var rates = new double[Runs];
        run();
        for (var i = 0; i < Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            rates[i] = operations / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(rates);
        return rates[Runs / 2];
    }

    /// <summary>Six chains: twelve registers where a vector takes two.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static T Narrow<L, V, T>()
        where L : struct, ILanes<V, T>
        where V : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V x = L.Constant(0.999), y = L.Constant(0.001);
        V a = y, b = y, c = y, d = y, e = y, f = y;
        for (var i = 0; i < Steps; i++)
        {
            a = L.Fma(a, x, y);
            b = L.Fma(b, x, y);
            c = L.Fma(c, x, y);
            d = L.Fma(d, x, y);
            e = L.Fma(e, x, y);
            f = L.Fma(f, x, y);
        }

        return L.First(L.Add(L.Add(L.Add(a, b), L.Add(c, d)), L.Add(e, f)));
    }

    [MethodImpl(AggressiveOptimization)]
    private static T Wide<L, V, T>()
        where L : struct, ILanes<V, T>
        where V : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V x = L.Constant(0.999), y = L.Constant(0.001);
        V a0 = y, a1 = y, a2 = y, a3 = y, b0 = y, b1 = y, b2 = y, b3 = y;
        V c0 = y, c1 = y, c2 = y, c3 = y, d0 = y, d1 = y, d2 = y, d3 = y;
        for (var i = 0; i < Steps; i++)
        {
            a0 = L.Fma(a0, x, y);
            a1 = L.Fma(a1, x, y);
            a2 = L.Fma(a2, x, y);
            a3 = L.Fma(a3, x, y);
            b0 = L.Fma(b0, x, y);
            b1 = L.Fma(b1, x, y);
            b2 = L.Fma(b2, x, y);
            b3 = L.Fma(b3, x, y);
            c0 = L.Fma(c0, x, y);
            c1 = L.Fma(c1, x, y);
            c2 = L.Fma(c2, x, y);
            c3 = L.Fma(c3, x, y);
            d0 = L.Fma(d0, x, y);
            d1 = L.Fma(d1, x, y);
            d2 = L.Fma(d2, x, y);
            d3 = L.Fma(d3, x, y);
        }

        var a = L.Add(L.Add(a0, a1), L.Add(a2, a3));
        var b = L.Add(L.Add(b0, b1), L.Add(b2, b3));
        var c = L.Add(L.Add(c0, c1), L.Add(c2, c3));
        var d = L.Add(L.Add(d0, d1), L.Add(d2, d3));
        return L.First(L.Add(L.Add(a, b), L.Add(c, d)));
    }
}
