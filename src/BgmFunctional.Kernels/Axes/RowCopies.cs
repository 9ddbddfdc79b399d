using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using BgmFunctional.Kernels.Lanes;

namespace BgmFunctional.Kernels.Axes;

/// <summary>Whole rows repeated, gathered and added.</summary>
internal static unsafe class RowCopies<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RepeatRow(int rows, int columns, T* row, T* y)
    {
        for (nint i = 0; i < rows; i++) RowCopy<L, V, T>.Copy(row, y + (i * columns), columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RepeatColumn(int rows, int columns, T* column, T* y)
    {
        for (nint i = 0; i < rows; i++) RowCopy<L, V, T>.Fill(column[i], y + (i * columns), columns);
    }

    /// <summary>Rows asked for this long before they are copied: their order is random, so each would wait for memory otherwise.</summary>
    private const int Ahead = 16;

    /// <summary>Bytes of a cache line.</summary>
    private const int Line = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gather(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, T* y)
    {
        CheckRows("GatherRows", indices, columns, x.Length);
        fixed (T* source = x)
        fixed (int* row = indices)
        {
            for (nint i = 0; i < indices.Length; i++)
            {
                if (i + Ahead < indices.Length) Fetch(source + ((nint)row[i + Ahead] * columns), columns);
                RowCopy<L, V, T>.Copy(source + ((nint)row[i] * columns), y + (i * columns), columns);
            }
        }
    }

    /// <summary>Asks for the cache lines of the beginning of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(T* row, nint columns)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(row);
        if (columns * sizeof(T) > Line) Sse.Prefetch0((byte*)row + Line);
        Sse.Prefetch0(row + columns - 1);
    }

    internal static void ScatterAdd(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, Span<T> y)
    {
        CheckRows("ScatterAddRows", indices, columns, y.Length);
        fixed (T* source = x, target = y)
        {
            for (var i = 0; i < indices.Length; i++)
            {
                var from = source + ((nint)i * columns);
                var to = target + ((nint)indices[i] * columns);
                Maps.MapLoops<L, V, T>.Binary<Maps.Operators<L, V, T>.Add>(to, from, to, columns);
            }
        }
    }

    /// <summary>Refuses an index that is none of the rows.</summary>
    private static void CheckRows(string operation, ReadOnlySpan<int> indices, int columns, int length)
    {
        var rows = columns == 0 ? int.MaxValue : length / columns;
        foreach (var index in indices)
        {
            if ((uint)index >= (uint)rows) Refuse(operation, index, rows, columns);
        }
    }

    private static void Refuse(string operation, int index, int rows, int columns) => throw new IndexOutOfRangeException(
        $"{operation}: row index {index} is outside an array of {rows} rows of {columns} elements.");
}
