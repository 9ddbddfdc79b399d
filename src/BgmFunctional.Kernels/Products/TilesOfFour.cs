using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>
/// Register tiles, one below another: four rows of C by some vectors, held in registers over one panel's range of k. Every element is one
/// chain of fused multiply-adds in increasing k, whatever the tile. <c>c</c> points at the first tile's first row.
/// </summary>
internal static unsafe class TilesOfFour<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Lanes
    {
        [MethodImpl(AggressiveInlining)]
        get => Lane<T>.Count;
    }

    /// <summary>Tiles of four rows by four vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void FoursBy4<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i += 4, c += 4 * cRow)
        {
            V c00, c01, c02, c03;
            V c10, c11, c12, c13;
            V c20, c21, c22, c23;
            V c30, c31, c32, c33;
            if (panel.Start != null)
            {
                c00 = c10 = c20 = c30 = L.Load(panel.Start);
                c01 = c11 = c21 = c31 = L.Load(panel.Start + Lanes);
                c02 = c12 = c22 = c32 = L.Load(panel.Start + (2 * Lanes));
                c03 = c13 = c23 = c33 = L.Load(panel.Start + (3 * Lanes));
            }
            else
            {
                c00 = L.Load(c);
                c01 = L.Load(c + Lanes);
                c02 = L.Load(c + (2 * Lanes));
                c03 = LoadLast(panel, c + (3 * Lanes));
                c10 = L.Load(c + cRow);
                c11 = L.Load(c + cRow + Lanes);
                c12 = L.Load(c + cRow + (2 * Lanes));
                c13 = LoadLast(panel, c + cRow + (3 * Lanes));
                c20 = L.Load(c + (2 * cRow));
                c21 = L.Load(c + (2 * cRow) + Lanes);
                c22 = L.Load(c + (2 * cRow) + (2 * Lanes));
                c23 = LoadLast(panel, c + (2 * cRow) + (3 * Lanes));
                c30 = L.Load(c + (3 * cRow));
                c31 = L.Load(c + (3 * cRow) + Lanes);
                c32 = L.Load(c + (3 * cRow) + (2 * Lanes));
                c33 = LoadLast(panel, c + (3 * cRow) + (3 * Lanes));
            }

            T* a0 = a.RowAt(i), a1 = a.RowAt(i + 1), a2 = a.RowAt(i + 2), a3 = a.RowAt(i + 3), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes), b2 = L.Load(b + (2 * Lanes)), b3 = L.Load(b + (3 * Lanes));
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
                c02 = L.Fma(x, b2, c02);
                c03 = L.Fma(x, b3, c03);
                x = L.Create(a1[j]);
                c10 = L.Fma(x, b0, c10);
                c11 = L.Fma(x, b1, c11);
                c12 = L.Fma(x, b2, c12);
                c13 = L.Fma(x, b3, c13);
                x = L.Create(a2[j]);
                c20 = L.Fma(x, b0, c20);
                c21 = L.Fma(x, b1, c21);
                c22 = L.Fma(x, b2, c22);
                c23 = L.Fma(x, b3, c23);
                x = L.Create(a3[j]);
                c30 = L.Fma(x, b0, c30);
                c31 = L.Fma(x, b1, c31);
                c32 = L.Fma(x, b2, c32);
                c33 = L.Fma(x, b3, c33);
            }

            Store(panel, c00, c);
            Store(panel, c01, c + Lanes);
            Store(panel, c02, c + (2 * Lanes));
            StoreLast(panel, c03, c + (3 * Lanes));
            Store(panel, c10, c + cRow);
            Store(panel, c11, c + cRow + Lanes);
            Store(panel, c12, c + cRow + (2 * Lanes));
            StoreLast(panel, c13, c + cRow + (3 * Lanes));
            Store(panel, c20, c + (2 * cRow));
            Store(panel, c21, c + (2 * cRow) + Lanes);
            Store(panel, c22, c + (2 * cRow) + (2 * Lanes));
            StoreLast(panel, c23, c + (2 * cRow) + (3 * Lanes));
            Store(panel, c30, c + (3 * cRow));
            Store(panel, c31, c + (3 * cRow) + Lanes);
            Store(panel, c32, c + (3 * cRow) + (2 * Lanes));
            StoreLast(panel, c33, c + (3 * cRow) + (3 * Lanes));
        }
    }

    /// <summary>Tiles of four rows by three vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void FoursBy3<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i += 4, c += 4 * cRow)
        {
            V c00, c01, c02;
            V c10, c11, c12;
            V c20, c21, c22;
            V c30, c31, c32;
            if (panel.Start != null)
            {
                c00 = c10 = c20 = c30 = L.Load(panel.Start);
                c01 = c11 = c21 = c31 = L.Load(panel.Start + Lanes);
                c02 = c12 = c22 = c32 = L.Load(panel.Start + (2 * Lanes));
            }
            else
            {
                c00 = L.Load(c);
                c01 = L.Load(c + Lanes);
                c02 = LoadLast(panel, c + (2 * Lanes));
                c10 = L.Load(c + cRow);
                c11 = L.Load(c + cRow + Lanes);
                c12 = LoadLast(panel, c + cRow + (2 * Lanes));
                c20 = L.Load(c + (2 * cRow));
                c21 = L.Load(c + (2 * cRow) + Lanes);
                c22 = LoadLast(panel, c + (2 * cRow) + (2 * Lanes));
                c30 = L.Load(c + (3 * cRow));
                c31 = L.Load(c + (3 * cRow) + Lanes);
                c32 = LoadLast(panel, c + (3 * cRow) + (2 * Lanes));
            }

            T* a0 = a.RowAt(i), a1 = a.RowAt(i + 1), a2 = a.RowAt(i + 2), a3 = a.RowAt(i + 3), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes), b2 = L.Load(b + (2 * Lanes));
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
                c02 = L.Fma(x, b2, c02);
                x = L.Create(a1[j]);
                c10 = L.Fma(x, b0, c10);
                c11 = L.Fma(x, b1, c11);
                c12 = L.Fma(x, b2, c12);
                x = L.Create(a2[j]);
                c20 = L.Fma(x, b0, c20);
                c21 = L.Fma(x, b1, c21);
                c22 = L.Fma(x, b2, c22);
                x = L.Create(a3[j]);
                c30 = L.Fma(x, b0, c30);
                c31 = L.Fma(x, b1, c31);
                c32 = L.Fma(x, b2, c32);
            }

            Store(panel, c00, c);
            Store(panel, c01, c + Lanes);
            StoreLast(panel, c02, c + (2 * Lanes));
            Store(panel, c10, c + cRow);
            Store(panel, c11, c + cRow + Lanes);
            StoreLast(panel, c12, c + cRow + (2 * Lanes));
            Store(panel, c20, c + (2 * cRow));
            Store(panel, c21, c + (2 * cRow) + Lanes);
            StoreLast(panel, c22, c + (2 * cRow) + (2 * Lanes));
            Store(panel, c30, c + (3 * cRow));
            Store(panel, c31, c + (3 * cRow) + Lanes);
            StoreLast(panel, c32, c + (3 * cRow) + (2 * Lanes));
        }
    }

    /// <summary>Tiles of four rows by two vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void FoursBy2<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i += 4, c += 4 * cRow)
        {
            V c00, c01;
            V c10, c11;
            V c20, c21;
            V c30, c31;
            if (panel.Start != null)
            {
                c00 = c10 = c20 = c30 = L.Load(panel.Start);
                c01 = c11 = c21 = c31 = L.Load(panel.Start + Lanes);
            }
            else
            {
                c00 = L.Load(c);
                c01 = LoadLast(panel, c + Lanes);
                c10 = L.Load(c + cRow);
                c11 = LoadLast(panel, c + cRow + Lanes);
                c20 = L.Load(c + (2 * cRow));
                c21 = LoadLast(panel, c + (2 * cRow) + Lanes);
                c30 = L.Load(c + (3 * cRow));
                c31 = LoadLast(panel, c + (3 * cRow) + Lanes);
            }

            T* a0 = a.RowAt(i), a1 = a.RowAt(i + 1), a2 = a.RowAt(i + 2), a3 = a.RowAt(i + 3), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes);
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
                x = L.Create(a1[j]);
                c10 = L.Fma(x, b0, c10);
                c11 = L.Fma(x, b1, c11);
                x = L.Create(a2[j]);
                c20 = L.Fma(x, b0, c20);
                c21 = L.Fma(x, b1, c21);
                x = L.Create(a3[j]);
                c30 = L.Fma(x, b0, c30);
                c31 = L.Fma(x, b1, c31);
            }

            Store(panel, c00, c);
            StoreLast(panel, c01, c + Lanes);
            Store(panel, c10, c + cRow);
            StoreLast(panel, c11, c + cRow + Lanes);
            Store(panel, c20, c + (2 * cRow));
            StoreLast(panel, c21, c + (2 * cRow) + Lanes);
            Store(panel, c30, c + (3 * cRow));
            StoreLast(panel, c31, c + (3 * cRow) + Lanes);
        }
    }

    /// <summary>Tiles of four rows by one vector.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void FoursBy1<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i += 4, c += 4 * cRow)
        {
            V c00;
            V c10;
            V c20;
            V c30;
            if (panel.Start != null)
            {
                c00 = c10 = c20 = c30 = L.Load(panel.Start);
            }
            else
            {
                c00 = LoadLast(panel, c);
                c10 = LoadLast(panel, c + cRow);
                c20 = LoadLast(panel, c + (2 * cRow));
                c30 = LoadLast(panel, c + (3 * cRow));
            }

            T* a0 = a.RowAt(i), a1 = a.RowAt(i + 1), a2 = a.RowAt(i + 2), a3 = a.RowAt(i + 3), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b);
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                x = L.Create(a1[j]);
                c10 = L.Fma(x, b0, c10);
                x = L.Create(a2[j]);
                c20 = L.Fma(x, b0, c20);
                x = L.Create(a3[j]);
                c30 = L.Fma(x, b0, c30);
            }

            StoreLast(panel, c00, c);
            StoreLast(panel, c10, c + cRow);
            StoreLast(panel, c20, c + (2 * cRow));
            StoreLast(panel, c30, c + (3 * cRow));
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static V LoadLast(in Panel<T> panel, T* c) => panel.Tail == Lanes ? L.Load(c) : L.LoadPartial(c, panel.Tail);

    [MethodImpl(AggressiveInlining)]
    private static void Store(in Panel<T> panel, V x, T* c) => L.Store(Finish<L, V, T>.Apply(panel, x), c);

    [MethodImpl(AggressiveInlining)]
    private static void StoreLast(in Panel<T> panel, V x, T* c)
    {
        if (panel.Tail == Lanes) L.Store(Finish<L, V, T>.Apply(panel, x), c);
        else L.StorePartial(Finish<L, V, T>.Apply(panel, x), c, panel.Tail);
    }
}
