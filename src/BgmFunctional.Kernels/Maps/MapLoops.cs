using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Maps;

/// <summary>One loop over n elements for each operator and form; a tail goes through one partial vector, so it gets the same bits.</summary>
internal static unsafe class MapLoops<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(AggressiveOptimization)]
    internal static void Unary<Op>(T* x, T* y, nint n)
        where Op : struct, IUnary<V>
    {
        nint i = 0;
        for (; i <= n - Lane<T>.Count; i += Lane<T>.Count) L.Store(Op.Apply(L.Load(x + i)), y + i);
        if (i == n) return;
        var count = (int)(n - i);
        L.StorePartial(Op.Apply(L.LoadPartial(x + i, count)), y + i, count);
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void Binary<Op>(T* a, T* b, T* y, nint n)
        where Op : struct, IBinary<V>
    {
        nint i = 0;
        for (; i <= n - (2 * Lane<T>.Count); i += 2 * Lane<T>.Count)
        {
            var first = Op.Apply(L.Load(a + i), L.Load(b + i));
            var second = Op.Apply(L.Load(a + i + Lane<T>.Count), L.Load(b + i + Lane<T>.Count));
            L.Store(first, y + i);
            L.Store(second, y + i + Lane<T>.Count);
        }

        for (; i < n; i += Lane<T>.Count)
        {
            var count = (int)nint.Min(n - i, Lane<T>.Count);
            L.StorePartial(Op.Apply(L.LoadPartial(a + i, count), L.LoadPartial(b + i, count)), y + i, count);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void BinaryWithRight<Op>(T* a, T b, T* y, nint n)
        where Op : struct, IBinary<V>
    {
        var right = L.Create(b);
        nint i = 0;
        for (; i <= n - (2 * Lane<T>.Count); i += 2 * Lane<T>.Count)
        {
            var first = Op.Apply(L.Load(a + i), right);
            var second = Op.Apply(L.Load(a + i + Lane<T>.Count), right);
            L.Store(first, y + i);
            L.Store(second, y + i + Lane<T>.Count);
        }

        for (; i < n; i += Lane<T>.Count)
        {
            var count = (int)nint.Min(n - i, Lane<T>.Count);
            L.StorePartial(Op.Apply(L.LoadPartial(a + i, count), right), y + i, count);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void BinaryWithLeft<Op>(T a, T* b, T* y, nint n)
        where Op : struct, IBinary<V>
    {
        var left = L.Create(a);
        nint i = 0;
        for (; i <= n - (2 * Lane<T>.Count); i += 2 * Lane<T>.Count)
        {
            var first = Op.Apply(left, L.Load(b + i));
            var second = Op.Apply(left, L.Load(b + i + Lane<T>.Count));
            L.Store(first, y + i);
            L.Store(second, y + i + Lane<T>.Count);
        }

        for (; i < n; i += Lane<T>.Count)
        {
            var count = (int)nint.Min(n - i, Lane<T>.Count);
            L.StorePartial(Op.Apply(left, L.LoadPartial(b + i, count)), y + i, count);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void Ternary<Op>(T* a, T* b, T* c, T* y, nint n)
        where Op : struct, ITernary<V>
    {
        nint i = 0;
        for (; i <= n - Lane<T>.Count; i += Lane<T>.Count) L.Store(Op.Apply(L.Load(a + i), L.Load(b + i), L.Load(c + i)), y + i);

        if (i == n) return;
        var count = (int)(n - i);
        var tail = Op.Apply(L.LoadPartial(a + i, count), L.LoadPartial(b + i, count), L.LoadPartial(c + i, count));
        L.StorePartial(tail, y + i, count);
    }
}
