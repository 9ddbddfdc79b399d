using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class DrawTests
{
    private static readonly Gen<(int Start, int Cut, int Length)> Splits =
        from start in Gen.Choose(0, 100)
        from cut in Gen.Choose(0, 70)
        from rest in Gen.Choose(0, 70)
        select (start, cut, cut + rest);

    [Fact]
    public void Float_streams_in_pieces_are_the_whole_stream() => ForAll(Splits, PiecesAreTheWhole<float>);

    [Fact]
    public void Double_streams_in_pieces_are_the_whole_stream() => ForAll(Splits, PiecesAreTheWhole<double>);

    [Fact]
    public void Streams_may_start_anywhere()
    {
        var start = long.MaxValue / 1000;
        var two = new double[2];
        var one = new double[1];
        Kernels<double>.Best.Random(Draw.Normal, Key.OfSeed(1), start, two);
        Kernels<double>.Best.Random(Draw.Normal, Key.OfSeed(1), start + 1, one);
        Assert.Equal(two[1], one[0]);
    }

    /// <summary>Mean and variance of 2²⁰ draws within 5 standard errors, √(variance/n) and √((fourth central moment − variance²)/n).</summary>
    [Theory]
    [InlineData(Draw.Uniform, 0.5, 1.0 / 12, 1.0 / 80)]
    [InlineData(Draw.Normal, 0, 1, 3)]
    [InlineData(Draw.Logistic, 0, 3.289868133696453, 45.457575644)]
    [InlineData(Draw.Exponential, 1, 1, 9)]
    [InlineData(Draw.Laplace, 0, 2, 24)]
    [InlineData(Draw.Sign, 0, 1, 1)]
    public void Moments_are_those_of_the_distribution(Draw draw, double mean, double variance, double fourth)
    {
        MomentsAgree<float>(draw, mean, variance, fourth);
        MomentsAgree<double>(draw, mean, variance, fourth);
    }

    /// <summary>Empirical distribution function of 2¹⁶ draws at nine points within 5 standard errors, √(p(1 − p)/n).</summary>
    [Fact]
    public void Draws_have_their_distribution_function()
    {
        var y = new double[1 << 16];
        var functions = new (Draw Draw, Func<double, double> Cumulative)[]
        {
            (Draw.Uniform, x => Math.Clamp(x, 0, 1)),
            (Draw.Logistic, x => 1 / (1 + Math.Exp(-x))),
            (Draw.Exponential, x => x < 0 ? 0 : 1 - Math.Exp(-x)),
            (Draw.Laplace, x => x < 0 ? Math.Exp(x) / 2 : 1 - (Math.Exp(-x) / 2)),
        };
        foreach (var (draw, cumulative) in functions)
        {
            Kernels<double>.Best.Random(draw, Key.OfSeed(42), 0, y);
            for (var x = -2.0; x <= 2; x += 0.5)
            {
                var p = cumulative(x);
                Assert.InRange(y.Count(value => value <= x) / (double)y.Length, p - Error(p), p + Error(p));
            }
        }

        double Error(double p) => 5 * Math.Sqrt(p * (1 - p) / y.Length);
    }

    /// <summary>Correlations over 2¹⁸ signs at the distances of lanes, vectors, bits and groups within 5/√n of 0; no sign but −1 and 1.</summary>
    [Fact]
    public void Signs_are_uncorrelated()
    {
        var y = new float[1 << 18];
        Kernels<float>.Best.Random(Draw.Sign, Key.OfSeed(9), 0, y);
        Assert.All(y.Take(4096), sign => Assert.True(sign is 1 or -1));
        foreach (var lag in (int[])[1, 2, 15, 16, 17, 32, 64, 992, 1024])
        {
            var sum = 0.0;
            for (var i = lag; i < y.Length; i++) sum += y[i] * y[i - lag];
            Assert.InRange(Math.Abs(sum) / y.Length, 0, 5 / Math.Sqrt(y.Length));
        }
    }

    /// <summary>Streams of signs in pieces across the ends of groups, 32 pairs of vectors in float and 64 in double, are the whole stream.</summary>
    [Fact]
    public void Signs_go_on_across_groups()
    {
        var whole = new double[3000];
        Kernels<double>.Best.Random(Draw.Sign, Key.OfSeed(3), 0, whole);
        foreach (var isa in Isas)
        {
            var piece = new double[1500];
            Kernels<double>.For(isa).Random(Draw.Sign, Key.OfSeed(3), 1001, piece);
            Assert.Equal(whole.AsSpan(1001, 1500).ToArray(), piece);
        }
    }

    /// <summary>Correlations over 2¹⁸ draws, also of the two normals that share a pair of uniforms, within 5/√n of 0.</summary>
    [Fact]
    public void Normals_are_uncorrelated_at_every_short_distance()
    {
        var y = new double[1 << 18];
        Kernels<double>.Best.Random(Draw.Normal, Key.OfSeed(9), 0, y);
        for (var lag = 1; lag <= 33; lag++)
        {
            double sum = 0, squares = 0;
            for (var i = lag; i < y.Length; i++)
            {
                sum += y[i] * y[i - lag];
                squares += ((y[i] * y[i]) - 1) * ((y[i - lag] * y[i - lag]) - 1) / 2;
            }

            Assert.InRange(Math.Abs(sum) / y.Length, 0, 5 / Math.Sqrt(y.Length));
            Assert.InRange(Math.Abs(squares) / y.Length, 0, 5 / Math.Sqrt(y.Length));
        }
    }

    private static void PiecesAreTheWhole<T>((int Start, int Cut, int Length) split)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var key = Key.OfSeed(split.Length);
        foreach (var draw in Enum.GetValues<Draw>())
        {
            var whole = new T[split.Start + split.Length];
            Kernels<T>.For(Isa.Portable).Random(draw, key, 0, whole);
            foreach (var isa in Isas)
            {
                var y = Guarded(split.Length, T.Pi);
                Kernels<T>.For(isa).Random(draw, key, split.Start, y.AsSpan(0, split.Cut));
                Kernels<T>.For(isa).Random(draw, key, split.Start + split.Cut, y.AsSpan(split.Cut, split.Length - split.Cut));
                AssertSame<T>([.. whole.AsSpan(split.Start), .. Enumerable.Repeat(T.Pi, 32)], y, $"{draw} {isa} {split}");
            }
        }
    }

    private static void MomentsAgree<T>(Draw draw, double mean, double variance, double fourth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = new T[1 << 20];
        Kernels<T>.Best.Random(draw, Key.OfSeed(2024), 0, y);
        double sum = 0, squares = 0;
        foreach (var value in y)
        {
            var x = double.CreateTruncating(value);
            Assert.True(double.IsFinite(x), $"{draw} gave {x}.");
            sum += x;
            squares += (x - mean) * (x - mean);
        }

        Assert.InRange((sum / y.Length) - mean, -5 * Math.Sqrt(variance / y.Length), 5 * Math.Sqrt(variance / y.Length));
        var error = 5 * Math.Sqrt((fourth - (variance * variance)) / y.Length);
        Assert.InRange((squares / y.Length) - variance, -error, error);
    }
}
