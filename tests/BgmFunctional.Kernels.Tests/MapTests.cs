using System.Numerics;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class MapTests
{
    [Fact]
    public void Unary_maps_have_the_same_bits_on_every_instruction_set_and_length()
    {
        UnaryMapsAgree<float>();
        UnaryMapsAgree<double>();
    }

    [Fact]
    public void Binary_maps_are_their_scalar_definition_on_every_instruction_set_and_length()
    {
        BinaryMapsAreScalar<float>();
        BinaryMapsAreScalar<double>();
    }

    [Fact]
    public void Exact_unary_maps_are_their_scalar_definition()
    {
        ExactMapsAreScalar<float>();
        ExactMapsAreScalar<double>();
    }

    [Fact]
    public void Select_and_multiply_add_are_their_scalar_definition()
    {
        TernaryMapsAreScalar<float>();
        TernaryMapsAreScalar<double>();
    }

    [Fact]
    public void A_map_may_overwrite_its_argument()
    {
        foreach (var isa in Isas)
        {
            var kernels = Kernels<float>.For(isa);
            var x = Values<float>(5, 77);
            var y = new float[77];
            kernels.Map(UnaryOp.Tanh, x, y);
            kernels.Map(UnaryOp.Tanh, x, x);
            AssertSame<float>(y, x, $"{isa}");
        }
    }

    private static void UnaryMapsAgree<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        foreach (var op in Enum.GetValues<UnaryOp>())
        {
            foreach (var n in Lengths)
            {
                var x = Mixed<T>(n + (100 * (int)op), n);
                var expected = Guarded(n, T.Pi);
                for (var i = 0; i < n; i++) Kernels<T>.For(Isa.Portable).Map(op, x.AsSpan(i, 1), expected.AsSpan(i, 1));
                foreach (var isa in Isas)
                {
                    var y = Guarded(n, T.Pi);
                    Kernels<T>.For(isa).Map(op, x, y.AsSpan(0, n));
                    AssertSame<T>(expected, y, $"{op} {isa} {n}");
                }
            }
        }
    }

    private static void ExactMapsAreScalar<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        var definitions = new (UnaryOp Op, Func<T, T> Scalar)[]
        {
            (UnaryOp.Negate, x => -x),
            (UnaryOp.Abs, T.Abs),
            (UnaryOp.Sign, x => x > T.Zero ? T.One : x < T.Zero ? -T.One : x),
            (UnaryOp.Floor, T.Floor),
            (UnaryOp.Square, x => x * x),
            (UnaryOp.Reciprocal, x => T.One / x),
            (UnaryOp.Sqrt, T.Sqrt),
            (UnaryOp.Relu, x => T.Zero > x ? T.Zero : x),
        };
        T[] x = [.. Specials<T>(), .. Values<T>(3, 200)];
        foreach (var (op, scalar) in definitions)
        {
            foreach (var isa in Isas)
            {
                var y = new T[x.Length];
                Kernels<T>.For(isa).Map(op, x, y);
                AssertSame<T>(x.Select(scalar).ToArray(), y, $"{op} {isa}");
            }
        }
    }

    private static void BinaryMapsAreScalar<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        static T OneIf(bool condition) => condition ? T.One : T.Zero;
        var definitions = new (BinaryOp Op, Func<T, T, T> Scalar)[]
        {
            (BinaryOp.Add, (a, b) => a + b),
            (BinaryOp.Subtract, (a, b) => a - b),
            (BinaryOp.Multiply, (a, b) => a * b),
            (BinaryOp.Divide, (a, b) => a / b),
            (BinaryOp.Max, (a, b) => a > b ? a : b),
            (BinaryOp.Min, (a, b) => a < b ? a : b),
            (BinaryOp.Greater, (a, b) => OneIf(a > b)),
            (BinaryOp.GreaterOrEqual, (a, b) => OneIf(a >= b)),
            (BinaryOp.Equal, (a, b) => OneIf(a == b)),
            (BinaryOp.LeakyRelu, (a, b) => a > T.Zero ? a : a * b),
            (BinaryOp.LeakyReluSlope, (a, b) => a > T.Zero ? T.One : b),
        };
        Assert.Equal(Enum.GetValues<BinaryOp>(), definitions.Select(d => d.Op));
        foreach (var (op, scalar) in definitions)
        {
            foreach (var n in Lengths)
            {
                var a = Mixed<T>(n + 1, n);
                var b = Mixed<T>((2 * n) + 7, n);
                var one = T.CreateTruncating(0.2);
                foreach (var isa in Isas)
                {
                    var kernels = Kernels<T>.For(isa);
                    var y = Guarded(n, T.Pi);
                    T[] guards = [.. Enumerable.Repeat(T.Pi, 32)];
                    kernels.Map(op, a, b, y.AsSpan(0, n));
                    AssertSame<T>([.. a.Zip(b, scalar), .. guards], y, $"{op} {isa} {n}");
                    kernels.Map(op, a, one, y.AsSpan(0, n));
                    AssertSame<T>([.. a.Select(x => scalar(x, one)), .. guards], y, $"{op} {isa} {n}, scalar right");
                    kernels.Map(op, one, b, y.AsSpan(0, n));
                    AssertSame<T>([.. b.Select(x => scalar(one, x)), .. guards], y, $"{op} {isa} {n}, scalar left");
                }
            }
        }
    }

    private static void TernaryMapsAreScalar<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        foreach (var n in Lengths)
        {
            T[] a = Mixed<T>(n, n), b = Mixed<T>(n + 1, n), c = Mixed<T>(n + 2, n);
            var fused = new T[n];
            var selected = new T[n];
            for (var i = 0; i < n; i++)
            {
                fused[i] = T.FusedMultiplyAdd(a[i], b[i], c[i]);
                selected[i] = a[i] == T.Zero ? c[i] : b[i];
            }

            foreach (var isa in Isas)
            {
                var y = new T[n];
                Kernels<T>.For(isa).MultiplyAdd(a, b, c, y);
                AssertSame<T>(fused, y, $"multiply-add {isa} {n}");
                Kernels<T>.For(isa).Select(a, b, c, y);
                AssertSame<T>(selected, y, $"select {isa} {n}");
            }
        }
    }

    /// <summary>Ordinary values with a special one in three.</summary>
    private static T[] Mixed<T>(int seed, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        var specials = Specials<T>();
        var random = new Random(seed);
        var x = Values<T>(seed, n);
        for (var i = 0; i < n; i++)
        {
            if (random.Next(3) == 0) x[i] = specials[random.Next(specials.Length)];
        }

        return x;
    }
}
