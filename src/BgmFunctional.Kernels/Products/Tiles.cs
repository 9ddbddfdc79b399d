using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>
/// Register tiles, one below another: some rows of C by some vectors, held in registers over one panel's range of k. Every element is one
/// chain of fused multiply-adds in increasing k, whatever the tile. <c>c</c> points at the first tile's first row.
/// </summary>
internal static unsafe class Tiles<L, V, T, R>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where R : struct, IRow<R, V, T>
{
    /// <summary>
    /// All rows: fours, then what is left of them. A fifth row goes along with the last four: by itself each of its sums would wait for the one before.
    /// </summary>
    internal static void Cover<A>(in Panel<T> panel, nint rows, in A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint left = rows % 4 == 1 && rows > 4 ? 5 : rows % 4, fours = rows - left, twos = fours + (left & 2);
        if (fours > 0) Fours(panel, fours, a, c);
        if (left == 5) Five(panel, a.From(fours, 0), c + (fours * panel.CRow));
        else
        {
            if (twos > fours) Two(panel, a.From(fours, 0), c + (fours * panel.CRow));
            if (rows > twos) One(panel, a.From(twos, 0), c + (twos * panel.CRow));
        }
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    private static void Fours<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i += 4, c += 4 * cRow)
        {
            R c0, c1, c2, c3;
            if (panel.Start != null)
            {
                c0 = c1 = c2 = c3 = R.Load(panel.Start, Lane<T>.Count);
            }
            else
            {
                c0 = R.Load(c, panel.Tail);
                c1 = R.Load(c + cRow, panel.Tail);
                c2 = R.Load(c + (2 * cRow), panel.Tail);
                c3 = R.Load(c + (3 * cRow), panel.Tail);
            }

            T* a0 = a.RowAt(i), a1 = a.RowAt(i + 1), a2 = a.RowAt(i + 2), a3 = a.RowAt(i + 3), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                var row = R.Load(b, Lane<T>.Count);
                c0 = R.Fma(L.Create(a0[j]), row, c0);
                c1 = R.Fma(L.Create(a1[j]), row, c1);
                c2 = R.Fma(L.Create(a2[j]), row, c2);
                c3 = R.Fma(L.Create(a3[j]), row, c3);
            }

            R.Store(c0, panel.Finish, c, panel.Tail);
            R.Store(c1, panel.Finish, c + cRow, panel.Tail);
            R.Store(c2, panel.Finish, c + (2 * cRow), panel.Tail);
            R.Store(c3, panel.Finish, c + (3 * cRow), panel.Tail);
        }
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    private static void Five<A>(in Panel<T> panel, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        R c0, c1, c2, c3, c4;
        if (panel.Start != null)
        {
            c0 = c1 = c2 = c3 = c4 = R.Load(panel.Start, Lane<T>.Count);
        }
        else
        {
            c0 = R.Load(c, panel.Tail);
            c1 = R.Load(c + cRow, panel.Tail);
            c2 = R.Load(c + (2 * cRow), panel.Tail);
            c3 = R.Load(c + (3 * cRow), panel.Tail);
            c4 = R.Load(c + (4 * cRow), panel.Tail);
        }

        T* a0 = a.RowAt(0), a1 = a.RowAt(1), a2 = a.RowAt(2), a3 = a.RowAt(3), a4 = a.RowAt(4), b = panel.B;
        for (nint p = 0; p < k; p++, b += bRow)
        {
            var j = a.ColumnAt(p);
            var row = R.Load(b, Lane<T>.Count);
            c0 = R.Fma(L.Create(a0[j]), row, c0);
            c1 = R.Fma(L.Create(a1[j]), row, c1);
            c2 = R.Fma(L.Create(a2[j]), row, c2);
            c3 = R.Fma(L.Create(a3[j]), row, c3);
            c4 = R.Fma(L.Create(a4[j]), row, c4);
        }

        R.Store(c0, panel.Finish, c, panel.Tail);
        R.Store(c1, panel.Finish, c + cRow, panel.Tail);
        R.Store(c2, panel.Finish, c + (2 * cRow), panel.Tail);
        R.Store(c3, panel.Finish, c + (3 * cRow), panel.Tail);
        R.Store(c4, panel.Finish, c + (4 * cRow), panel.Tail);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    private static void Two<A>(in Panel<T> panel, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        R c0, c1;
        if (panel.Start != null)
        {
            c0 = c1 = R.Load(panel.Start, Lane<T>.Count);
        }
        else
        {
            c0 = R.Load(c, panel.Tail);
            c1 = R.Load(c + cRow, panel.Tail);
        }

        T* a0 = a.RowAt(0), a1 = a.RowAt(1), b = panel.B;
        for (nint p = 0; p < k; p++, b += bRow)
        {
            var j = a.ColumnAt(p);
            var row = R.Load(b, Lane<T>.Count);
            c0 = R.Fma(L.Create(a0[j]), row, c0);
            c1 = R.Fma(L.Create(a1[j]), row, c1);
        }

        R.Store(c0, panel.Finish, c, panel.Tail);
        R.Store(c1, panel.Finish, c + cRow, panel.Tail);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    private static void One<A>(in Panel<T> panel, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow;
        var c0 = panel.Start != null ? R.Load(panel.Start, Lane<T>.Count) : R.Load(c, panel.Tail);
        T* a0 = a.RowAt(0), b = panel.B;
        for (nint p = 0; p < k; p++, b += bRow) c0 = R.Fma(L.Create(a0[a.ColumnAt(p)]), R.Load(b, Lane<T>.Count), c0);
        R.Store(c0, panel.Finish, c, panel.Tail);
    }
}
