using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>A few vectors, a row of a register tile: one vector, or two rows side by side, which the JIT takes apart into registers.</summary>
internal unsafe interface IRow<R, V, T>
    where R : struct, IRow<R, V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many there are.</summary>
    static abstract int Vectors { get; }

    /// <summary>Vectors that lie side by side, of the last one only so many elements.</summary>
    static abstract R Load(T* source, int tail);

    /// <summary>A value for each vector, in all its lanes.</summary>
    static abstract R Spread(T* source, nint step);

    /// <summary>x·b + c, rounded once.</summary>
    static abstract R Fma(V x, in R b, in R c);

    /// <summary>The same where b is spread.</summary>
    static abstract R Fma(V x, T* b, nint step, in R c);

    /// <summary>Stores vectors that lie side by side, of the last one only so many elements.</summary>
    static abstract void Store(in R row, in Finish<T> finish, T* target, int tail);

    /// <summary>Stores vectors so far from one another.</summary>
    static abstract void StoreApart(in R row, in Finish<T> finish, T* target, nint step);
}

/// <summary>One vector.</summary>
internal readonly unsafe struct One<L, V, T>(V vector) : IRow<One<L, V, T>, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly V vector = vector;

    public static int Vectors
    {
        [MethodImpl(AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(AggressiveInlining)]
    public static One<L, V, T> Load(T* source, int tail) => new(tail == Lane<T>.Count ? L.Load(source) : L.LoadPartial(source, tail));

    [MethodImpl(AggressiveInlining)]
    public static One<L, V, T> Spread(T* source, nint step) => new(L.Create(*source));

    [MethodImpl(AggressiveInlining)]
    public static One<L, V, T> Fma(V x, in One<L, V, T> b, in One<L, V, T> c) => new(L.Fma(x, b.vector, c.vector));

    [MethodImpl(AggressiveInlining)]
    public static One<L, V, T> Fma(V x, T* b, nint step, in One<L, V, T> c) => new(L.Fma(x, L.Create(*b), c.vector));

    [MethodImpl(AggressiveInlining)]
    public static void Store(in One<L, V, T> row, in Finish<T> finish, T* target, int tail)
    {
        var x = finish.Apply<L, V>(row.vector);
        if (tail == Lane<T>.Count) L.Store(x, target);
        else L.StorePartial(x, target, tail);
    }

    [MethodImpl(AggressiveInlining)]
    public static void StoreApart(in One<L, V, T> row, in Finish<T> finish, T* target, nint step) =>
        Store(row, finish, target, Lane<T>.Count);
}

/// <summary>Two rows side by side.</summary>
internal readonly unsafe struct Both<A, B, V, T>(in A first, in B second) : IRow<Both<A, B, V, T>, V, T>
    where A : struct, IRow<A, V, T>
    where B : struct, IRow<B, V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly A first = first;
    private readonly B second = second;

    public static int Vectors
    {
        [MethodImpl(AggressiveInlining)]
        get => A.Vectors + B.Vectors;
    }

    [MethodImpl(AggressiveInlining)]
    public static Both<A, B, V, T> Load(T* source, int tail) =>
        new(A.Load(source, Lane<T>.Count), B.Load(source + (A.Vectors * Lane<T>.Count), tail));

    [MethodImpl(AggressiveInlining)]
    public static Both<A, B, V, T> Spread(T* source, nint step) => new(A.Spread(source, step), B.Spread(source + (A.Vectors * step), step));

    [MethodImpl(AggressiveInlining)]
    public static Both<A, B, V, T> Fma(V x, in Both<A, B, V, T> b, in Both<A, B, V, T> c) =>
        new(A.Fma(x, b.first, c.first), B.Fma(x, b.second, c.second));

    [MethodImpl(AggressiveInlining)]
    public static Both<A, B, V, T> Fma(V x, T* b, nint step, in Both<A, B, V, T> c) =>
        new(A.Fma(x, b, step, c.first), B.Fma(x, b + (A.Vectors * step), step, c.second));

    [MethodImpl(AggressiveInlining)]
    public static void Store(in Both<A, B, V, T> row, in Finish<T> finish, T* target, int tail)
    {
        A.Store(row.first, finish, target, Lane<T>.Count);
        B.Store(row.second, finish, target + (A.Vectors * Lane<T>.Count), tail);
    }

    [MethodImpl(AggressiveInlining)]
    public static void StoreApart(in Both<A, B, V, T> row, in Finish<T> finish, T* target, nint step)
    {
        A.StoreApart(row.first, finish, target, step);
        B.StoreApart(row.second, finish, target + (A.Vectors * step), step);
    }
}
