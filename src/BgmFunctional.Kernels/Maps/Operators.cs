using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Functions;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Maps;

/// <summary>A function of one vector; as a struct, so that each gets a loop of its own.</summary>
internal interface IUnary<V>
{
    static abstract V Apply(V x);
}

/// <summary>A function of two vectors.</summary>
internal interface IBinary<V>
{
    static abstract V Apply(V a, V b);
}

/// <summary>A function of three vectors.</summary>
internal interface ITernary<V>
{
    static abstract V Apply(V a, V b, V c);
}

/// <summary>The operators behind <see cref="UnaryOp"/>, <see cref="BinaryOp"/> and the maps of three arguments.</summary>
internal static class Operators<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(AggressiveInlining)]
    private static V OneWhere(V mask) => L.And(mask, L.Constant(1));

    internal readonly struct Negate : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Signs<L, V, T>.Negate(x);
    }

    internal readonly struct Abs : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Signs<L, V, T>.Abs(x);
    }

    internal readonly struct Sign : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x)
        {
            var zero = L.Constant(0);
            return L.Select(
                L.Greater(x, zero), L.Constant(1), L.Select(L.Greater(zero, x), L.Constant(-1), x));
        }
    }

    internal readonly struct Floor : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => L.Floor(x);
    }

    internal readonly struct Square : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => L.Multiply(x, x);
    }

    internal readonly struct Reciprocal : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => L.Divide(L.Constant(1), x);
    }

    internal readonly struct Sqrt : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => L.Sqrt(x);
    }

    internal readonly struct Exp : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Exponential<L, V, T>.Exp(x);
    }

    internal readonly struct Log : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Logarithm<L, V, T>.Log(x);
    }

    internal readonly struct Log1p : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Logarithm<L, V, T>.Log1p(x);
    }

    internal readonly struct Expm1 : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Exponential<L, V, T>.Expm1(x);
    }

    internal readonly struct Tanh : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Exponential<L, V, T>.Tanh(x);
    }

    internal readonly struct Sigmoid : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Exponential<L, V, T>.Sigmoid(x);
    }

    internal readonly struct Softplus : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Logarithm<L, V, T>.Softplus(x);
    }

    internal readonly struct Relu : IUnary<V>
    {
        /// <summary>In this order a NaN stays NaN.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => L.Max(L.Constant(0), x);
    }

    internal readonly struct Sin : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Trigonometric<L, V, T>.Sin(x);
    }

    internal readonly struct Cos : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Trigonometric<L, V, T>.Cos(x);
    }

    internal readonly struct Atan : IUnary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V x) => Trigonometric<L, V, T>.Atan(x);
    }

    internal readonly struct Add : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Add(a, b);
    }

    internal readonly struct Subtract : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Subtract(a, b);
    }

    internal readonly struct Multiply : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Multiply(a, b);
    }

    internal readonly struct Divide : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Divide(a, b);
    }

    internal readonly struct Max : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Max(a, b);
    }

    internal readonly struct Min : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Min(a, b);
    }

    internal readonly struct Greater : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => OneWhere(L.Greater(a, b));
    }

    internal readonly struct GreaterOrEqual : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => OneWhere(L.GreaterOrEqual(a, b));
    }

    internal readonly struct Equal : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => OneWhere(L.Equal(a, b));
    }

    internal readonly struct LeakyRelu : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Select(L.Greater(a, L.Constant(0)), a, L.Multiply(a, b));
    }

    internal readonly struct LeakyReluSlope : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Select(L.Greater(a, L.Constant(0)), L.Constant(1), b);
    }

    internal readonly struct MultiplyAdd : ITernary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b, V c) => L.Fma(a, b, c);
    }

    internal readonly struct Select : ITernary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b, V c) => L.Select(L.Equal(a, L.Constant(0)), c, b);
    }
}
