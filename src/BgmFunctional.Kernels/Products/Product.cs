using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>
/// C = activation(A·B + bias) by panels of a few vectors of columns and ranges of k that stay in the first-level cache, each
/// covered by register tiles. B is read in place where its rows are contiguous and the panel is whole, else from a packed copy.
/// </summary>
internal static unsafe class Product<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Longest range of k; 4 vectors of so many rows are 32 KiB.</summary>
    private const int RangeOfK = 128;

    /// <summary>Fewer rows than this do not repay the packing of a ragged panel, so most of it is read in place.</summary>
    private const int RowsWorthPacking = 16;

    /// <summary>Longest row of C that may run across the lanes.</summary>
    private static int FewColumns => Lane<T>.Count / 2;

    /// <summary>Elements of C that are transposed at a time.</summary>
    private const int AcrossWorkspace = 4096;

    /// <summary>Elements of a row of a panel.</summary>
    private static int Widest => L.TileVectors * Lane<T>.Count;

    /// <summary>What the panels need.</summary>
    private static int PanelWorkspace => Widest * (RangeOfK + 1);

    /// <summary>Elements that a product needs beside its operands.</summary>
    internal static int Workspace => PanelWorkspace + AcrossWorkspace;

    /// <summary>C = activation(A·B + bias), C (m, n) contiguous, A (m, k), B (k, n).</summary>
    internal static void Run(
        int m, int n, int k, in Matrix<T> a, in Matrix<T> b, T* bias, double slope, T* c, T* workspace)
    {
        if (IsAcross(m, n, k, a)) Across(m, n, k, a, b, bias, slope, goesOn: false, c, workspace);
        else Along(m, n, k, a, b, bias, slope, goesOn: false, c, workspace);
    }

    /// <summary>The same, A being windows.</summary>
    internal static void Run(
        int m, int n, int k, in Windows<T> a, in Matrix<T> b, T* bias, double slope, T* c, T* workspace) =>
        Along(m, n, k, a, b, bias, slope, goesOn: false, c, workspace);

    /// <summary>C += A·B, as if k were longer than it is.</summary>
    internal static void Add(int m, int n, int k, in Matrix<T> a, in Matrix<T> b, T* c, T* workspace)
    {
        if (IsAcross(m, n, k, a)) Across(m, n, k, a, b, bias: null, slope: 1, goesOn: true, c, workspace);
        else Along(m, n, k, a, b, bias: null, slope: 1, goesOn: true, c, workspace);
    }

    /// <summary>The same, A being windows.</summary>
    internal static void Add(int m, int n, int k, in Windows<T> a, in Matrix<T> b, T* c, T* workspace) =>
        Along(m, n, k, a, b, bias: null, slope: 1, goesOn: true, c, workspace);

    /// <summary>
    /// True where the columns of C, not its rows, had better run along the lanes: so short rows leave most lanes empty, and sums are long
    /// enough to repay that C is transposed.
    /// </summary>
    private static bool IsAcross(int m, int n, int k, in Matrix<T> a) =>
        n > 0 && n <= FewColumns && m >= Lane<T>.Count && (IsOfSquares(n, k, a) || k >= 4 * n * n);

    /// <summary>True where A is rows of squares, to be transposed in registers twice at most.</summary>
    private static bool IsOfSquares(int n, int k, in Matrix<T> a) =>
        n <= 2 * Narrow<L, V, T>.Widest && k % Lane<T>.Count == 0 && a.Column == 1;

    /// <summary>The transposed product, some rows of C at a time.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static void Across(
        int m, int n, int k, in Matrix<T> a, in Matrix<T> b, T* bias, double slope, bool goesOn, T* c, T* workspace)
    {
        var across = workspace + PanelWorkspace;
        var finish = new Finish<T>(slope);
        var most = (AcrossWorkspace / n) & -Lane<T>.Count;
        for (var i = 0; i < m; i += most, c += (nint)n * most)
        {
            var rows = int.Min(most, m - i);
            if (!goesOn && rows % Lane<T>.Count == 0 && IsOfSquares(n, k, a))
            {
                Narrow<L, V, T>.Run(rows, n, k, a.From(i, 0), b, bias, finish, across);
            }
            else
            {
                if (goesOn) Transposition<L, V, T>.Copy(rows, n, c, n, across, rows);
                else for (nint j = 0; j < n; j++) RowCopy<L, V, T>.Fill(bias != null ? bias[j] : T.Zero, across + (j * rows), rows);
                Along(n, rows, k, b.Transposed, a.From(i, 0).Transposed, bias: null, slope, goesOn: true, across, workspace);
            }

            Transposition<L, V, T>.Copy(n, rows, across, rows, c, n);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Along<A>(
        int m, int n, int k, in A a, in Matrix<T> b, T* bias, double slope, bool goesOn, T* c, T* start)
        where A : struct, ILeft<A, T>
    {
        nint lanes = Lane<T>.Count;
        nint widest = Widest;
        var packed = start + widest;
        var finish = new Finish<T>(slope);
        var panel = new Panel<T> { CRow = n };
        for (nint j = 0; j < n; j += widest)
        {
            var width = nint.Min(widest, n - j);
            var vectors = (int)((width + lanes - 1) / lanes);
            panel.Tail = (int)(width - ((vectors - 1) * lanes));
            if (!goesOn)
            {
                RowCopy<L, V, T>.Fill(T.Zero, start, vectors * lanes);
                if (bias != null) RowCopy<L, V, T>.Copy(bias + j, start, width);
            }

            var inPlace = InPlace(k, m, vectors * lanes, panel.Tail == lanes, b.Length - j, b.Row, b.Column);
            nint first = 0;
            do
            {
                var isInPlace = first < inPlace;
                panel.K = nint.Min(RangeOfK, (isInPlace ? inPlace : k) - first);
                panel.Start = first == 0 && !goesOn ? start : null;
                panel.Finish = first + panel.K == k ? finish : new Finish<T>(1);
                panel.B = b.At(first, j);
                panel.BRow = b.Row;
                if (!isInPlace)
                {
                    Packing<L, V, T>.Copy(panel.K, width, panel.B, b.Row, b.Column, packed, vectors * lanes);
                    panel.B = packed;
                    panel.BRow = vectors * lanes;
                }

                Cover<One<L, V, T>, A>(panel, vectors, m, a.From(0, first), c + j);
                first += panel.K;
            }
            while (first < k);
        }
    }

    /// <summary>
    /// How many rows of B are read where they lie. A ragged panel's full vectors reach into the next row, whose values end in
    /// lanes that are never stored; only the rows whose vectors would leave the span must then be packed.
    /// </summary>
    private static nint InPlace(nint k, nint m, nint width, bool isWhole, nint length, nint bRow, nint bColumn)
    {
        if (bColumn != 1) return 0;
        if (isWhole) return k;
        if (m >= RowsWorthPacking || length < width || bRow <= 0) return 0;
        return nint.Min(k, ((length - width) / bRow) + 1);
    }

    /// <summary>All m rows of one panel, by a row of as many vectors as it has.</summary>
    private static void Cover<R, A>(in Panel<T> panel, int vectors, nint m, in A a, T* c)
        where R : struct, IRow<R, V, T>
        where A : struct, ILeft<A, T>
    {
        if (R.Vectors < L.TileVectors && R.Vectors < vectors) Cover<Both<R, One<L, V, T>, V, T>, A>(panel, vectors, m, a, c);
        else Tiles<L, V, T, R>.Cover(panel, m, a, c);
    }
}
