using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using BgmFunctional.Kernels.Maps;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Axes;

/// <summary>Reductions of the middle axis of (outer, n, inner), in the orders that <see cref="Kernels{T}.Reduce"/> states.</summary>
internal static unsafe class Reductions<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Lanes
    {
        [MethodImpl(AggressiveInlining)]
        get => Lane<T>.Count;
    }

    /// <summary>The larger, NaN if either is NaN.</summary>
    private readonly struct Larger : IBinary<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static V Apply(V a, V b) => L.Select(L.Equal(a, a), L.Max(a, b), a);
    }

    internal static void Run(ReduceOp op, int outer, int n, int inner, T* x, T* y)
    {
        switch (op)
        {
            case ReduceOp.Sum: Run<Operators<L, V, T>.Add>(T.Zero, outer, n, inner, x, y); break;
            case ReduceOp.Max: Run<Larger>(T.NegativeInfinity, outer, n, inner, x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, "Not a reduction.");
        }
    }

    private static void Run<Op>(T start, int outer, int n, int inner, T* x, T* y)
        where Op : struct, IBinary<V>
    {
        if (inner == 1) Rows<Op>(start, outer, n, x, y);
        else Columns<Op>(start, outer, n, inner, x, y);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Rows<Op>(T start, int outer, int n, T* x, T* y)
        where Op : struct, IBinary<V>
    {
        var neutral = L.Create(start);
        var tail = n % Lanes;
        var padding = tail == 0 ? neutral : Padding(start, tail);
        for (nint o = 0; o < outer; o++, x += n)
        {
            var total = neutral;
            nint i = 0;
            for (; i <= n - Lanes; i += Lanes) total = Op.Apply(total, L.Load(x + i));
            if (tail != 0) total = Op.Apply(total, L.Or(L.LoadPartial(x + i, tail), padding));
            y[o] = Across<Op>(total);
        }
    }

    /// <summary>0 in the first count lanes, start in the others.</summary>
    private static V Padding(T start, int count)
    {
        var lanes = stackalloc T[Lanes];
        for (var i = 0; i < Lanes; i++) lanes[i] = i < count ? T.Zero : start;
        return L.Load(lanes);
    }

    /// <summary>Adds the upper half to the lower until one lane is left.</summary>
    [MethodImpl(AggressiveInlining)]
    private static T Across<Op>(V x)
        where Op : struct, IBinary<V>
    {
        x = Op.Apply(x, L.MoveUpper(x, 32));
        x = Op.Apply(x, L.MoveUpper(x, 16));
        x = Op.Apply(x, L.MoveUpper(x, 8));
        if (typeof(T) == typeof(float)) x = Op.Apply(x, L.MoveUpper(x, 4));
        return L.First(x);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Columns<Op>(T start, int outer, int n, int inner, T* x, T* y)
        where Op : struct, IBinary<V>
    {
        for (nint o = 0; o < outer; o++, x += (nint)n * inner, y += inner)
        {
            nint j = 0;
            for (; j <= inner - (4 * Lanes); j += 4 * Lanes) FourVectors<Op>(start, n, inner, x + j, y + j);
            for (; j <= inner - Lanes; j += Lanes)
            {
                var total = L.Create(start);
                for (nint i = 0; i < n; i++) total = Op.Apply(total, L.Load(x + (i * inner) + j));
                L.Store(total, y + j);
            }

            if (j == inner) continue;
            var count = (int)(inner - j);
            var last = L.Create(start);
            for (nint i = 0; i < n; i++) last = Op.Apply(last, L.LoadPartial(x + (i * inner) + j, count));
            L.StorePartial(last, y + j, count);
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static void FourVectors<Op>(T start, int n, int inner, T* x, T* y)
        where Op : struct, IBinary<V>
    {
        V s0 = L.Create(start), s1 = s0, s2 = s0, s3 = s0;
        for (nint i = 0; i < n; i++, x += inner)
        {
            s0 = Op.Apply(s0, L.Load(x));
            s1 = Op.Apply(s1, L.Load(x + Lanes));
            s2 = Op.Apply(s2, L.Load(x + (2 * Lanes)));
            s3 = Op.Apply(s3, L.Load(x + (3 * Lanes)));
        }

        L.Store(s0, y);
        L.Store(s1, y + Lanes);
        L.Store(s2, y + (2 * Lanes));
        L.Store(s3, y + (3 * Lanes));
    }
}
