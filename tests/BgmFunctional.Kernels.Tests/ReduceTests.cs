using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class ReduceTests
{
    private static readonly Gen<(int Outer, int N, int Inner, int Seed)> Cases =
        from outer in Gen.Choose(0, 5)
        from n in Gen.Frequency((2, Gen.Choose(0, 3)), (6, Gen.Choose(4, 70)))
        from inner in Gen.Frequency((5, Gen.Constant(1)), (1, Gen.Constant(0)), (5, Gen.Choose(2, 90)))
        from seed in Gen.Choose(0, int.MaxValue)
        select (outer, n, inner, seed);

    [Fact]
    public void Float_sums_follow_the_stated_order() => ForAll(Cases, SumFollowsOrder<float>);

    [Fact]
    public void Double_sums_follow_the_stated_order() => ForAll(Cases, SumFollowsOrder<double>);

    [Fact]
    public void Largest_element_is_found() => ForAll(Cases, LargestIsFound);

    [Fact]
    public void Largest_element_is_not_a_number_if_any_is()
    {
        foreach (var isa in Isas)
        {
            for (var n = 1; n < 40; n++)
            {
                for (var where = 0; where < n; where++)
                {
                    var x = Values<float>(n, n);
                    x[where] = float.NaN;
                    var y = new float[1];
                    Kernels<float>.For(isa).Reduce(ReduceOp.Max, 1, n, 1, x, y);
                    Assert.True(float.IsNaN(y[0]), $"{isa}: NaN at {where} of {n} was lost.");
                }
            }
        }
    }

    private static void SumFollowsOrder<T>((int Outer, int N, int Inner, int Seed) size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outer, n, inner, seed) = size;
        var x = Values<T>(seed, outer * n * inner);
        var expected = new T[outer * inner];
        for (var o = 0; o < outer; o++)
        {
            if (inner == 1) expected[o] = LaneSum(x.AsSpan(o * n, n));
            for (var j = 0; j < inner && inner > 1; j++)
            {
                for (var i = 0; i < n; i++) expected[(o * inner) + j] += x[(((o * n) + i) * inner) + j];
            }
        }

        foreach (var isa in Isas)
        {
            var y = new T[outer * inner];
            Kernels<T>.For(isa).Reduce(ReduceOp.Sum, outer, n, inner, x, y);
            AssertSame<T>(expected, y, $"{isa} {size}");
        }
    }

    private static T LaneSum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lanes = typeof(T) == typeof(float) ? 16 : 8;
        var sums = new T[lanes];
        for (var i = 0; i < x.Length; i++) sums[i % lanes] += x[i];
        for (var half = lanes / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) sums[i] += sums[i + half];
        }

        return sums[0];
    }

    private static void LargestIsFound((int Outer, int N, int Inner, int Seed) size)
    {
        var (outer, n, inner, seed) = size;
        var x = Values<float>(seed, outer * n * inner);
        var expected = new float[outer * inner];
        Array.Fill(expected, float.NegativeInfinity);
        for (var o = 0; o < outer; o++)
        {
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < inner; j++)
                {
                    ref var best = ref expected[(o * inner) + j];
                    best = Math.Max(best, x[(((o * n) + i) * inner) + j]);
                }
            }
        }

        foreach (var isa in Isas)
        {
            var y = new float[outer * inner];
            Kernels<float>.For(isa).Reduce(ReduceOp.Max, outer, n, inner, x, y);
            AssertSame<float>(expected, y, $"{isa} {size}");
        }
    }
}
