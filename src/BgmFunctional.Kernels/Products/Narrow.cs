using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>
/// Products to few columns, transposed. Their rows would leave most lanes empty, so as many rows as lanes are summed side by side, a vector for each column:
/// squares of A, whose rows are contiguous, are transposed in registers on their way. Every element is one chain of fused multiply-adds in increasing k.
/// </summary>
internal static unsafe class Narrow<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Columns whose sums find room in the registers beside a square.</summary>
    internal static int Widest => L.TileVectors;

    /// <summary>Cᵀ = activation(A·B + bias)ᵀ, (n, m), A (m, k) of contiguous rows, B (k, n); m and k are multiples of the lanes.</summary>
    internal static void Run(nint m, nint n, nint k, in Matrix<T> a, in Matrix<T> b, T* bias, in Finish<T> finish, T* c)
    {
        for (nint j = 0; j < n; j += Widest, c += Widest * m)
        {
            Split<One<L, V, T>>(m, nint.Min(Widest, n - j), k, a, b.From(0, j), bias == null ? null : bias + j, finish, c);
        }
    }

    /// <summary>The same by a row of as many vectors as there are columns.</summary>
    private static void Split<R>(nint m, nint n, nint k, in Matrix<T> a, in Matrix<T> b, T* bias, in Finish<T> finish, T* c)
        where R : struct, IRow<R, V, T>
    {
        if (R.Vectors < Widest && R.Vectors < n) Split<Both<R, One<L, V, T>, V, T>>(m, n, k, a, b, bias, finish, c);
        else Columns<R>(m, k, a, b, bias, finish, c);
    }

    /// <summary>The same, for itself: inlined, it would be too much for the JIT to keep the sums in registers.</summary>
    [MethodImpl(AggressiveOptimization | NoInlining)]
    private static void Columns<R>(nint m, nint k, in Matrix<T> a, in Matrix<T> b, T* bias, Finish<T> finish, T* c)
        where R : struct, IRow<R, V, T>
    {
        var zero = T.Zero;
        for (nint i = 0; i < m; i += Lane<T>.Count)
        {
            var start = bias == null ? R.Spread(&zero, 0) : R.Spread(bias, 1);
            var sums = new Sums<R> { Sum = start, B = b.At(0, 0), Row = b.Row, Column = b.Column };
            for (nint p = 0; p < k; p += Lane<T>.Count) L.Columns(a.At(i, p), a.Row, ref sums);
            R.StoreApart(sums.Sum, finish, c + i, m);
        }
    }

    /// <summary>Adds columns of A times rows of B.</summary>
    private struct Sums<R> : ITaker<V>
        where R : struct, IRow<R, V, T>
    {
        internal R Sum;

        /// <summary>The row of B that the next column of A is for.</summary>
        internal T* B;
        internal nint Row;
        internal nint Column;

        [MethodImpl(AggressiveInlining)]
        public void Take(V a, V b, V c, V d)
        {
            Take(a);
            Take(b);
            Take(c);
            Take(d);
        }

        [MethodImpl(AggressiveInlining)]
        private void Take(V x)
        {
            Sum = R.Fma(x, B, Column, Sum);
            B += Row;
        }
    }
}
