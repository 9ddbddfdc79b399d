using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>
/// Register tiles, one below another: one row of C by some vectors, held in registers over one panel's range of k. Every element is one
/// chain of fused multiply-adds in increasing k, whatever the tile. <c>c</c> points at the first tile's first row.
/// </summary>
internal static unsafe class TilesOfOne<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Lanes
    {
        [MethodImpl(AggressiveInlining)]
        get => Lane<T>.Count;
    }

    /// <summary>Single rows by four vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void OnesBy4<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i++, c += cRow)
        {
            V c00, c01, c02, c03;
            if (panel.Start != null)
            {
                c00 = L.Load(panel.Start);
                c01 = L.Load(panel.Start + Lanes);
                c02 = L.Load(panel.Start + (2 * Lanes));
                c03 = L.Load(panel.Start + (3 * Lanes));
            }
            else
            {
                c00 = L.Load(c);
                c01 = L.Load(c + Lanes);
                c02 = L.Load(c + (2 * Lanes));
                c03 = LoadLast(panel, c + (3 * Lanes));
            }

            T* a0 = a.RowAt(i), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes), b2 = L.Load(b + (2 * Lanes)), b3 = L.Load(b + (3 * Lanes));
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
                c02 = L.Fma(x, b2, c02);
                c03 = L.Fma(x, b3, c03);
            }

            Store(panel, c00, c);
            Store(panel, c01, c + Lanes);
            Store(panel, c02, c + (2 * Lanes));
            StoreLast(panel, c03, c + (3 * Lanes));
        }
    }

    /// <summary>Single rows by three vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void OnesBy3<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i++, c += cRow)
        {
            V c00, c01, c02;
            if (panel.Start != null)
            {
                c00 = L.Load(panel.Start);
                c01 = L.Load(panel.Start + Lanes);
                c02 = L.Load(panel.Start + (2 * Lanes));
            }
            else
            {
                c00 = L.Load(c);
                c01 = L.Load(c + Lanes);
                c02 = LoadLast(panel, c + (2 * Lanes));
            }

            T* a0 = a.RowAt(i), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes), b2 = L.Load(b + (2 * Lanes));
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
                c02 = L.Fma(x, b2, c02);
            }

            Store(panel, c00, c);
            Store(panel, c01, c + Lanes);
            StoreLast(panel, c02, c + (2 * Lanes));
        }
    }

    /// <summary>Single rows by two vectors.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void OnesBy2<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i++, c += cRow)
        {
            V c00, c01;
            if (panel.Start != null)
            {
                c00 = L.Load(panel.Start);
                c01 = L.Load(panel.Start + Lanes);
            }
            else
            {
                c00 = L.Load(c);
                c01 = LoadLast(panel, c + Lanes);
            }

            T* a0 = a.RowAt(i), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b), b1 = L.Load(b + Lanes);
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
                c01 = L.Fma(x, b1, c01);
            }

            Store(panel, c00, c);
            StoreLast(panel, c01, c + Lanes);
        }
    }

    /// <summary>Single rows by one vector.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void OnesBy1<A>(in Panel<T> panel, nint rows, A a, T* c)
        where A : struct, ILeft<A, T>
    {
        nint k = panel.K, bRow = panel.BRow, cRow = panel.CRow;
        for (nint i = 0; i < rows; i++, c += cRow)
        {
            V c00;
            if (panel.Start != null)
            {
                c00 = L.Load(panel.Start);
            }
            else
            {
                c00 = LoadLast(panel, c);
            }

            T* a0 = a.RowAt(i), b = panel.B;
            for (nint p = 0; p < k; p++, b += bRow)
            {
                var j = a.ColumnAt(p);
                V b0 = L.Load(b);
                var x = L.Create(a0[j]);
                c00 = L.Fma(x, b0, c00);
            }

            StoreLast(panel, c00, c);
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
