using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

/// <summary>
/// Errors of the elementary functions in units of the last place. Float results are compared with double arithmetic of <see cref="Math"/>,
/// double results with <see cref="Math"/> (itself within 1 ulp) or a composition of it that loses no more than 1 ulp.
/// </summary>
public class AccuracyTests
{
    private const double FloatBound = 3;
    private const double DoubleBound = 4;

    public static TheoryData<UnaryOp, double, double> Ranges => new()
    {
        { UnaryOp.Exp, -104, 89 },
        { UnaryOp.Exp, -1, 1 },
        { UnaryOp.Log, 0, 10 },
        { UnaryOp.Log, 0, 1e-38 },
        { UnaryOp.Log, 0.99, 1.01 },
        { UnaryOp.Log, 0, 3e38 },
        { UnaryOp.Log1p, -1, 3 },
        { UnaryOp.Log1p, -1e-3, 1e-3 },
        { UnaryOp.Log1p, 0, 3e38 },
        { UnaryOp.Expm1, -30, 89 },
        { UnaryOp.Expm1, -1, 1 },
        { UnaryOp.Expm1, -1e-4, 1e-4 },
        { UnaryOp.Tanh, -12, 12 },
        { UnaryOp.Tanh, -1, 1 },
        { UnaryOp.Tanh, -1e-4, 1e-4 },
        { UnaryOp.Sigmoid, -104, 20 },
        { UnaryOp.Sigmoid, -3, 3 },
        { UnaryOp.Softplus, -104, 100 },
        { UnaryOp.Softplus, -3, 3 },
        { UnaryOp.Sin, -10, 10 },
        { UnaryOp.Sin, -1e5, 1e5 },
        { UnaryOp.Cos, -10, 10 },
        { UnaryOp.Cos, -1e5, 1e5 },
        { UnaryOp.Atan, -10, 10 },
        { UnaryOp.Atan, -0.6, 0.6 },
        { UnaryOp.Atan, -1e6, 1e6 },
    };

    public static TheoryData<UnaryOp, double, double> DoubleRanges => new()
    {
        { UnaryOp.Exp, -740, 709 },
        { UnaryOp.Log, 0, 1e308 },
        { UnaryOp.Log, 0, 1e-307 },
        { UnaryOp.Sigmoid, -740, 40 },
        { UnaryOp.Sin, -1e9, 1e9 },
        { UnaryOp.Cos, -1e9, 1e9 },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Float_functions_are_within_3_ulp(UnaryOp op, double low, double high)
    {
        var x = Points(low, high).Select(value => (float)value).ToArray();
        var y = new float[x.Length];
        Kernels<float>.Best.Map(op, x, y);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = Reference(op, x[i]);
            var ulp = (double)MathF.BitIncrement(MathF.Abs((float)exact)) - MathF.Abs((float)exact);
            var isRight = (float)exact == y[i] || Math.Abs(y[i] - exact) <= FloatBound * ulp;
            Assert.True(isRight, $"{op}({x[i]:R}) = {y[i]:R}, exactly {exact:R}.");
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    [MemberData(nameof(DoubleRanges))]
    public void Double_functions_are_within_4_ulp(UnaryOp op, double low, double high)
    {
        var x = Points(low, high);
        var y = new double[x.Length];
        Kernels<double>.Best.Map(op, x, y);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = Reference(op, x[i]);
            var ulp = Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact);
            Assert.True(exact == y[i] || Math.Abs(y[i] - exact) <= DoubleBound * ulp, $"{op}({x[i]:R}) = {y[i]:R}, exactly {exact:R}.");
        }
    }

    [Fact]
    public void Functions_have_their_limits_at_zeros_and_infinities()
    {
        const double Infinity = double.PositiveInfinity;
        var limits = new (UnaryOp Op, double X, double Y)[]
        {
            (UnaryOp.Exp, -Infinity, 0), (UnaryOp.Exp, Infinity, Infinity), (UnaryOp.Exp, -0.0, 1), (UnaryOp.Exp, 1e4, Infinity),
            (UnaryOp.Log, 0, -Infinity), (UnaryOp.Log, -0.0, -Infinity), (UnaryOp.Log, Infinity, Infinity), (UnaryOp.Log, -1, double.NaN),
            (UnaryOp.Log, 1, 0), (UnaryOp.Log1p, -1, -Infinity), (UnaryOp.Log1p, -2, double.NaN), (UnaryOp.Log1p, -0.0, -0.0),
            (UnaryOp.Log1p, Infinity, Infinity), (UnaryOp.Expm1, -Infinity, -1), (UnaryOp.Expm1, Infinity, Infinity),
            (UnaryOp.Expm1, -0.0, -0.0), (UnaryOp.Tanh, Infinity, 1), (UnaryOp.Tanh, -Infinity, -1), (UnaryOp.Tanh, -0.0, -0.0),
            (UnaryOp.Sigmoid, Infinity, 1), (UnaryOp.Sigmoid, -Infinity, 0), (UnaryOp.Sigmoid, 0, 0.5),
            (UnaryOp.Softplus, Infinity, Infinity), (UnaryOp.Softplus, -Infinity, 0), (UnaryOp.Sin, -0.0, -0.0), (UnaryOp.Cos, 0, 1),
            (UnaryOp.Sin, Infinity, double.NaN), (UnaryOp.Cos, Infinity, double.NaN), (UnaryOp.Atan, -0.0, -0.0),
        };
        foreach (var (op, x, y) in limits)
        {
            foreach (var isa in Isas)
            {
                var single = new float[1];
                var wide = new double[1];
                Kernels<float>.For(isa).Map(op, [(float)x], single);
                Kernels<double>.For(isa).Map(op, [x], wide);
                AssertSame([(float)y], single, $"float {op}({x}) {isa}");
                AssertSame([y], wide, $"double {op}({x}) {isa}");
            }
        }
    }

    [Fact]
    public void Every_function_keeps_not_a_number()
    {
        foreach (var op in Enum.GetValues<UnaryOp>())
        {
            foreach (var isa in Isas)
            {
                var y = new float[1];
                Kernels<float>.For(isa).Map(op, [float.NaN], y);
                Assert.True(float.IsNaN(y[0]), $"{op} {isa} gave {y[0]}.");
            }
        }
    }

    private static double[] Points(double low, double high)
    {
        var random = new Random(11);
        var x = new double[100_000];
        for (var i = 0; i < x.Length; i++) x[i] = low + ((high - low) * random.NextDouble());
        return x;
    }

    private static double Reference(UnaryOp op, double x) => op switch
    {
        UnaryOp.Exp => Math.Exp(x),
        UnaryOp.Log => Math.Log(x),
        UnaryOp.Log1p => LogOfOnePlus(x),
        UnaryOp.Expm1 => ExpMinusOne(x),
        UnaryOp.Tanh => Math.Tanh(x),
        UnaryOp.Sigmoid => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)),
        UnaryOp.Softplus => Math.Max(x, 0) + LogOfOnePlus(Math.Exp(-Math.Abs(x))),
        UnaryOp.Sin => Math.Sin(x),
        UnaryOp.Cos => Math.Cos(x),
        UnaryOp.Atan => Math.Atan(x),
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };

    /// <summary>The rounding of 1 + x put right to first order.</summary>
    private static double LogOfOnePlus(double x)
    {
        var u = 1 + x;
        var error = Math.Abs(x) < 1 ? x - (u - 1) : 1 - (u - x);
        return Math.Log(u) + (error / u);
    }

    /// <summary>2 sinh(x/2) e^(x/2).</summary>
    private static double ExpMinusOne(double x) => Math.Abs(x) > 1 ? Math.Exp(x) - 1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
}
