using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class MatMulTests
{
    /// <summary>A product: sizes, how A and B lie in memory (see <see cref="Layout"/>), bias, slope.</summary>
    public sealed record Case(int M, int N, int K, int A, int B, bool HasBias, double Slope, int Seed);

    private static readonly Gen<Case> Cases =
        from m in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Constant(1)), (10, Gen.Choose(2, 40)))
        from n in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Constant(1)), (4, Gen.Choose(2, 8)), (5, Gen.Choose(2, 40)), (5, Gen.Choose(41, 220)))
        from k in Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Constant(1)), (8, Gen.Choose(2, 70)), (2, Gen.Choose(120, 300)))
        from a in Gen.Choose(0, 3)
        from b in Gen.Choose(0, 3)
        from hasBias in Gen.Elements(true, false)
        from slope in Gen.Elements(1, 0, 0.2, 0.01)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(m, n, k, a, b, hasBias, slope, seed);

    [Fact]
    public void Float_product_is_the_scalar_loop_bit_for_bit() => ForAll(Cases, ProductIsScalarLoop<float>, 250);

    [Fact]
    public void Double_product_is_the_scalar_loop_bit_for_bit() => ForAll(Cases, ProductIsScalarLoop<double>, 250);

    [Fact]
    public void Not_a_number_and_infinity_pass_through_every_activation()
    {
        foreach (var isa in Isas)
        {
            foreach (var slope in new[] { 1, 0, 0.2 })
            {
                float[] a = [float.NaN, float.PositiveInfinity, -1];
                var c = new float[3];
                Kernels<float>.For(isa).MatMul(3, 1, 1, a, 1, 1, [1], 1, 1, [], new Activation(slope), c);
                AssertSame([float.NaN, float.PositiveInfinity, slope == 0 ? 0 : -(float)slope], c, $"{isa} slope {slope}");
            }
        }
    }

    private static void ProductIsScalarLoop<T>(Case x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (aLength, aRow, aColumn) = Layout(x.A, x.M, x.K);
        var (bLength, bRow, bColumn) = Layout(x.B, x.K, x.N);
        var a = Values<T>(x.Seed, aLength);
        var b = Values<T>(x.Seed + 1, bLength);
        var bias = x.HasBias ? Values<T>(x.Seed + 2, x.N) : [];
        var slope = T.CreateTruncating(x.Slope);
        var expected = Guarded(x.M * x.N, T.Pi);
        for (var i = 0; i < x.M; i++)
        {
            for (var j = 0; j < x.N; j++)
            {
                var sum = x.HasBias ? bias[j] : T.Zero;
                for (var p = 0; p < x.K; p++) sum = T.FusedMultiplyAdd(a[(i * aRow) + (p * aColumn)], b[(p * bRow) + (j * bColumn)], sum);
                expected[(i * x.N) + j] = sum > T.Zero ? sum : x.Slope == 0 ? T.Zero : sum * slope;
            }
        }

        foreach (var isa in Isas)
        {
            var c = Guarded(x.M * x.N, T.Pi);
            Kernels<T>.For(isa).MatMul(
                x.M, x.N, x.K, a, aRow, aColumn, b, bRow, bColumn, bias, new Activation(x.Slope), c.AsSpan(0, x.M * x.N));
            AssertSame<T>(expected, c, $"{isa} {x}");
        }
    }

    /// <summary>Rows contiguous, columns contiguous, rows within wider rows, both strides above 1.</summary>
    private static (int Length, int Row, int Column) Layout(int kind, int rows, int columns) => kind switch
    {
        0 => (rows * columns, columns, 1),
        1 => (rows * columns, 1, rows),
        2 => (rows * (columns + 3), columns + 3, 1),
        _ => (rows * columns * 2, columns * 2, 2),
    };
}
