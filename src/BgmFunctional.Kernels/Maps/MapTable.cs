using System.Numerics;
using BgmFunctional.Kernels.Lanes;

namespace BgmFunctional.Kernels.Maps;

/// <summary>Chooses the loop of an operator.</summary>
internal static unsafe class MapTable<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static void Run(UnaryOp op, T* x, T* y, nint n)
    {
        switch (op)
        {
            case UnaryOp.Negate: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Negate>(x, y, n); break;
            case UnaryOp.Abs: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Abs>(x, y, n); break;
            case UnaryOp.Sign: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Sign>(x, y, n); break;
            case UnaryOp.Floor: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Floor>(x, y, n); break;
            case UnaryOp.Square: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Square>(x, y, n); break;
            case UnaryOp.Reciprocal: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Reciprocal>(x, y, n); break;
            case UnaryOp.Sqrt: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Sqrt>(x, y, n); break;
            case UnaryOp.Exp: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Exp>(x, y, n); break;
            case UnaryOp.Log: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Log>(x, y, n); break;
            case UnaryOp.Log1p: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Log1p>(x, y, n); break;
            case UnaryOp.Expm1: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Expm1>(x, y, n); break;
            case UnaryOp.Tanh: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Tanh>(x, y, n); break;
            case UnaryOp.Sigmoid: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Sigmoid>(x, y, n); break;
            case UnaryOp.Softplus: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Softplus>(x, y, n); break;
            case UnaryOp.Relu: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Relu>(x, y, n); break;
            case UnaryOp.Sin: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Sin>(x, y, n); break;
            case UnaryOp.Cos: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Cos>(x, y, n); break;
            case UnaryOp.Atan: MapLoops<L, V, T>.Unary<Operators<L, V, T>.Atan>(x, y, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "Not a unary operator.");
        }
    }

    internal static void Run(BinaryOp op, T* a, T* b, T* y, nint n)
    {
        switch (op)
        {
            case BinaryOp.Add: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Add>(a, b, y, n); break;
            case BinaryOp.Subtract: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Subtract>(a, b, y, n); break;
            case BinaryOp.Multiply: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Multiply>(a, b, y, n); break;
            case BinaryOp.Divide: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Divide>(a, b, y, n); break;
            case BinaryOp.Max: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Max>(a, b, y, n); break;
            case BinaryOp.Min: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Min>(a, b, y, n); break;
            case BinaryOp.Greater: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Greater>(a, b, y, n); break;
            case BinaryOp.GreaterOrEqual: MapLoops<L, V, T>.Binary<Operators<L, V, T>.GreaterOrEqual>(a, b, y, n); break;
            case BinaryOp.Equal: MapLoops<L, V, T>.Binary<Operators<L, V, T>.Equal>(a, b, y, n); break;
            case BinaryOp.LeakyRelu: MapLoops<L, V, T>.Binary<Operators<L, V, T>.LeakyRelu>(a, b, y, n); break;
            case BinaryOp.LeakyReluSlope: MapLoops<L, V, T>.Binary<Operators<L, V, T>.LeakyReluSlope>(a, b, y, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "Not a binary operator.");
        }
    }

    internal static void Run(BinaryOp op, T* a, T b, T* y, nint n)
    {
        switch (op)
        {
            case BinaryOp.Add: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Add>(a, b, y, n); break;
            case BinaryOp.Subtract: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Subtract>(a, b, y, n); break;
            case BinaryOp.Multiply: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Multiply>(a, b, y, n); break;
            case BinaryOp.Divide: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Divide>(a, b, y, n); break;
            case BinaryOp.Max: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Max>(a, b, y, n); break;
            case BinaryOp.Min: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Min>(a, b, y, n); break;
            case BinaryOp.Greater: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Greater>(a, b, y, n); break;
            case BinaryOp.GreaterOrEqual: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.GreaterOrEqual>(a, b, y, n); break;
            case BinaryOp.Equal: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.Equal>(a, b, y, n); break;
            case BinaryOp.LeakyRelu: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.LeakyRelu>(a, b, y, n); break;
            case BinaryOp.LeakyReluSlope: MapLoops<L, V, T>.BinaryWithRight<Operators<L, V, T>.LeakyReluSlope>(a, b, y, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "Not a binary operator.");
        }
    }

    internal static void Run(BinaryOp op, T a, T* b, T* y, nint n)
    {
        switch (op)
        {
            case BinaryOp.Add: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Add>(a, b, y, n); break;
            case BinaryOp.Subtract: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Subtract>(a, b, y, n); break;
            case BinaryOp.Multiply: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Multiply>(a, b, y, n); break;
            case BinaryOp.Divide: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Divide>(a, b, y, n); break;
            case BinaryOp.Max: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Max>(a, b, y, n); break;
            case BinaryOp.Min: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Min>(a, b, y, n); break;
            case BinaryOp.Greater: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Greater>(a, b, y, n); break;
            case BinaryOp.GreaterOrEqual: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.GreaterOrEqual>(a, b, y, n); break;
            case BinaryOp.Equal: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.Equal>(a, b, y, n); break;
            case BinaryOp.LeakyRelu: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.LeakyRelu>(a, b, y, n); break;
            case BinaryOp.LeakyReluSlope: MapLoops<L, V, T>.BinaryWithLeft<Operators<L, V, T>.LeakyReluSlope>(a, b, y, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "Not a binary operator.");
        }
    }
}
