namespace BgmFunctional.Kernels;

/// <summary>Elementwise functions of one argument.</summary>
public enum UnaryOp
{
    /// <summary>−x.</summary>
    Negate,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>−1, 0 or 1.</summary>
    Sign,

    /// <summary>Largest integer not above x.</summary>
    Floor,

    /// <summary>x².</summary>
    Square,

    /// <summary>1/x.</summary>
    Reciprocal,

    /// <summary>√x.</summary>
    Sqrt,

    /// <summary>eˣ.</summary>
    Exp,

    /// <summary>Natural logarithm; −∞ at 0, NaN below.</summary>
    Log,

    /// <summary>log(1 + x), accurate near 0.</summary>
    Log1p,

    /// <summary>eˣ − 1, accurate near 0.</summary>
    Expm1,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>log(1 + eˣ), without overflow.</summary>
    Softplus,

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    Relu,

    /// <summary>Sine, radians; NaN beyond ±2²² in float and ±2⁴⁵ in double.</summary>
    Sin,

    /// <summary>Cosine, radians; NaN beyond ±2²² in float and ±2⁴⁵ in double.</summary>
    Cos,

    /// <summary>Inverse tangent, radians.</summary>
    Atan,
}

/// <summary>Elementwise functions of two arguments; comparisons give 1 or 0.</summary>
public enum BinaryOp
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a · b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The larger; b where either is NaN.</summary>
    Max,

    /// <summary>The smaller; b where either is NaN.</summary>
    Min,

    /// <summary>1 where a &gt; b, else 0.</summary>
    Greater,

    /// <summary>1 where a ≥ b, else 0.</summary>
    GreaterOrEqual,

    /// <summary>1 where a = b, else 0.</summary>
    Equal,

    /// <summary>a where a &gt; 0, else a·b: the leaky rectifier with slope b (a scalar operand as a rule).</summary>
    LeakyRelu,

    /// <summary>1 where a &gt; 0, else b: the derivative of <see cref="LeakyRelu"/> in a.</summary>
    LeakyReluSlope,
}

/// <summary>Reductions along one axis.</summary>
public enum ReduceOp
{
    /// <summary>Sum, in the fixed order that <see cref="Kernels{T}.Reduce"/> states.</summary>
    Sum,

    /// <summary>Largest element; NaN if any is, −∞ if there is none.</summary>
    Max,
}

/// <summary>
/// Distributions that <see cref="Kernels{T}.Random"/> draws from, by their inverse distribution function at one uniform number a draw
/// or, for the normal, by the method of Box and Muller at a pair of numbers that two draws share. A sign takes a bit.
/// </summary>
public enum Draw
{
    /// <summary>Uniform on the open interval (0, 1): odd multiples of 2⁻²⁴ in float, of 2⁻⁵³ in double.</summary>
    Uniform,

    /// <summary>Standard normal; magnitude at most 5.8 in float, 8.6 in double.</summary>
    Normal,

    /// <summary>Standard logistic.</summary>
    Logistic,

    /// <summary>Exponential with rate 1.</summary>
    Exponential,

    /// <summary>Laplace with location 0 and scale 1.</summary>
    Laplace,

    /// <summary>−1 or 1 with equal chances, one bit a draw.</summary>
    Sign,
}

/// <summary>What a product does with each element before it is stored.</summary>
/// <param name="Slope">Slope below zero: 1 keeps the value, 0 is ReLU, 0.2 the usual LeakyReLU.</param>
public readonly record struct Activation(double Slope)
{
    /// <summary>The value itself.</summary>
    public static Activation None => new(1);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(0);
}
