using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class BernsteinTests
{
    private static readonly Gen<(int Degree, int N, int Seed)> Cases =
        from degree in Gen.Frequency((1, Gen.Constant(1)), (4, Gen.Choose(2, 30)), (1, Gen.Choose(31, 64)))
        from n in Gen.Choose(1, 40)
        from seed in Gen.Choose(0, int.MaxValue)
        select (degree, n, seed);

    [Fact]
    public void Basis_sums_to_one_and_its_slopes_to_zero() => ForAll(Cases, x =>
    {
        var (basis, slope) = Basis<double>(Isa.Portable, x.Degree, Points<double>(x.N, x.Seed));
        for (var i = 0; i < x.N; i++)
        {
            Assert.Equal(1, basis.AsSpan(i * (x.Degree + 1), x.Degree + 1).ToArray().Sum(), 1e-12 * x.Degree * x.Degree);
            Assert.Equal(0, slope.AsSpan(i * (x.Degree + 1), x.Degree + 1).ToArray().Sum(), 1e-11 * x.Degree);
        }
    });

    /// <summary>b_k from logarithms of factorials; 2·10⁻¹³ covers the rounding of those.</summary>
    [Fact]
    public void Basis_is_its_definition_inside_the_unit_interval() => ForAll(Cases, x =>
    {
        var t = Points<double>(x.N, x.Seed).Select(value => Math.Abs(value) % 1).ToArray();
        var (basis, _) = Basis<double>(Isas[^1], x.Degree, t);
        for (var i = 0; i < x.N; i++)
        {
            for (var k = 0; k <= x.Degree; k++)
            {
                var choose = BigInteger.One;
                for (var j = 0; j < k; j++) choose = choose * (x.Degree - j) / (j + 1);
                var expected = (double)choose * Math.Pow(t[i], k) * Math.Pow(1 - t[i], x.Degree - k);
                Assert.Equal(expected, basis[(i * (x.Degree + 1)) + k], 2e-13 * expected);
            }
        }
    });

    /// <summary>Central differences of step 10⁻⁵: the error is of order degree³·10⁻¹⁰.</summary>
    [Fact]
    public void Slope_is_the_difference_quotient() => ForAll(Cases, x =>
    {
        var t = Points<double>(x.N, x.Seed).Where(value => Math.Abs(value) > 1e-4 && Math.Abs(value - 1) > 1e-4).ToArray();
        const double H = 1e-5;
        var (_, slope) = Basis<double>(Isa.Portable, x.Degree, t);
        var (above, _) = Basis<double>(Isa.Portable, x.Degree, [.. t.Select(value => value + H)]);
        var (below, _) = Basis<double>(Isa.Portable, x.Degree, [.. t.Select(value => value - H)]);
        for (var i = 0; i < slope.Length; i++)
        {
            Assert.Equal((above[i] - below[i]) / (2 * H), slope[i], 1e-9 + (1e-10 * Math.Pow(x.Degree, 3)));
        }
    });

    [Fact]
    public void Outside_the_unit_interval_the_basis_goes_on_linearly()
    {
        foreach (var degree in new[] { 0, 1, 2, 5, 20, 64 })
        {
            var (basis, slope) = Basis<double>(Isas[^1], degree, [0, -1.5, 1, 3.25]);
            for (var k = 0; k <= degree; k++)
            {
                double At(double[] values, int point) => values[(point * (degree + 1)) + k];
                Assert.Equal(At(basis, 0) - (1.5 * At(slope, 0)), At(basis, 1), 1e-12);
                Assert.Equal(At(slope, 0), At(slope, 1), 0.0);
                Assert.Equal(At(basis, 2) + (2.25 * At(slope, 2)), At(basis, 3), 1e-12);
                Assert.Equal(At(slope, 2), At(slope, 3), 0.0);
            }
        }
    }

    [Fact]
    public void Basis_and_inverse_have_the_same_bits_on_every_instruction_set() => ForAll(Cases, x =>
    {
        AgreeOnEveryIsa<float>(x);
        AgreeOnEveryIsa<double>(x);
    });

    /// <summary>Increments of the control points within a factor of 10, so the polynomial is well conditioned; relative to 1 below |t| = 1.</summary>
    [Fact]
    public void Inverse_undoes_forward() => ForAll(Cases, x =>
    {
        InverseUndoesForward<double>(x, 1e-10);
        if (x.Degree <= 30) InverseUndoesForward<float>(x, 5e-6);
    });

    [Fact]
    public void Forward_undoes_inverse() => ForAll(Cases, x =>
    {
        var control = Control<double>(x.Degree, x.N, x.Seed);
        var u = Enumerable.Range(0, x.N).Select(i => -6 + (12.0 * i / x.N)).ToArray();
        foreach (var isa in Isas)
        {
            var t = new double[x.N];
            Kernels<double>.For(isa).BernsteinInverse(x.Degree, control, u, t);
            var back = Forward(x.Degree, control, t);
            for (var i = 0; i < x.N; i++) Assert.Equal(u[i], back[i], 1e-12 * x.Degree);
        }
    });

    /// <summary>Almost flat in the middle: Newton alone would leave the interval.</summary>
    [Fact]
    public void Inverse_finds_roots_of_flat_polynomials()
    {
        foreach (var isa in Isas)
        {
            double[] control = [-100, -1e-9, -5e-10, 0, 5e-10, 1e-9, 100];
            var u = Enumerable.Range(-1000, 2001).Select(i => i / 10.0).ToArray();
            var t = new double[u.Length];
            Kernels<double>.For(isa).BernsteinInverse(6, control, u, t);
            var rows = u.SelectMany(_ => control).ToArray();
            var back = Forward(6, rows, t);
            for (var i = 0; i < u.Length; i++) Assert.Equal(u[i], back[i], 1e-12 + (1e-13 * Math.Abs(u[i])));
        }
    }

    [Fact]
    public void Shared_control_points_are_those_of_every_row()
    {
        foreach (var isa in Isas)
        {
            var control = Control<float>(8, 1, 4);
            var u = Values<float>(6, 37);
            var shared = new float[37];
            var own = new float[37];
            Kernels<float>.For(isa).BernsteinInverse(8, control, u, shared);
            Kernels<float>.For(isa).BernsteinInverse(8, Enumerable.Repeat(control, 37).SelectMany(row => row).ToArray(), u, own);
            AssertSame<float>(own, shared, $"{isa}");
        }
    }

    private static void AgreeOnEveryIsa<T>((int Degree, int N, int Seed) x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var t = Points<T>(x.N, x.Seed);
        var control = Control<T>(x.Degree, x.N, x.Seed);
        var (basis, slope) = Basis<T>(Isa.Portable, x.Degree, t);
        var root = new T[x.N];
        Kernels<T>.For(Isa.Portable).BernsteinInverse(x.Degree, control, t, root);
        foreach (var isa in Isas)
        {
            var (otherBasis, otherSlope) = Basis<T>(isa, x.Degree, t);
            AssertSame<T>(basis, otherBasis, $"basis {isa}");
            AssertSame<T>(slope, otherSlope, $"slope {isa}");
            var other = new T[x.N];
            Kernels<T>.For(isa).BernsteinInverse(x.Degree, control, t, other);
            AssertSame<T>(root, other, $"inverse {isa}");
        }
    }

    private static void InverseUndoesForward<T>((int Degree, int N, int Seed) x, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var t = Points<T>(x.N, x.Seed);
        var control = Control<T>(x.Degree, x.N, x.Seed);
        var u = Forward(x.Degree, control, t);
        foreach (var isa in Isas)
        {
            var back = new T[x.N];
            Kernels<T>.For(isa).BernsteinInverse(x.Degree, control, u, back);
            for (var i = 0; i < x.N; i++)
            {
                var expected = double.CreateTruncating(t[i]);
                Assert.Equal(expected, double.CreateTruncating(back[i]), tolerance * Math.Max(1, Math.Abs(expected)));
            }
        }
    }

    /// <summary>n points, some of them outside [0, 1], some at its ends.</summary>
    private static T[] Points<T>(int n, int seed)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(i => T.CreateTruncating(i % 9 == 7 ? 0 : i % 9 == 8 ? 1 : (random.NextDouble() * 1.6) - 0.3))];
    }

    /// <summary>n rows that rise from about −3 to about 3.</summary>
    private static T[] Control<T>(int degree, int n, int seed)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed + 1);
        var control = new T[n * (degree + 1)];
        for (var i = 0; i < n; i++)
        {
            var value = -3.0;
            for (var k = 0; k <= degree; k++)
            {
                control[(i * (degree + 1)) + k] = T.CreateTruncating(value);
                value += (0.2 + (1.6 * random.NextDouble())) * 6 / degree;
            }
        }

        return control;
    }

    private static (T[] Basis, T[] Slope) Basis<T>(Isa isa, int degree, T[] t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var basis = new T[t.Length * (degree + 1)];
        var slope = new T[t.Length * (degree + 1)];
        Kernels<T>.For(isa).Bernstein(degree, t, basis, slope);
        return (basis, slope);
    }

    private static T[] Forward<T>(int degree, T[] control, T[] t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (basis, _) = Basis(Isa.Portable, degree, t);
        var u = new T[t.Length];
        for (var i = 0; i < u.Length; i++)
        {
            for (var k = 0; k <= degree; k++) u[i] += control[(i * (degree + 1)) + k] * basis[(i * (degree + 1)) + k];
        }

        return u;
    }
}
