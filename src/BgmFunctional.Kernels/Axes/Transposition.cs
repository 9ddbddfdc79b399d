using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Axes;

/// <summary>Transposed copies by square blocks in registers; one row or column is as it is, and two are zipped or unzipped.</summary>
internal static unsafe class Transposition<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>target[j·targetRow + i] = source[i·sourceRow + j] for i below rows, j below columns.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void Copy(nint rows, nint columns, T* source, nint sourceRow, T* target, nint targetRow)
    {
        if ((rows == 1 && targetRow == 1) || (columns == 1 && sourceRow == 1)) RowCopy<L, V, T>.Copy(source, target, rows * columns);
        else if (rows == 2 && targetRow == 2) Zip(columns, source, source + sourceRow, target);
        else if (columns == 2 && sourceRow == 2) Unzip(rows, source, target, target + targetRow);
        else Blocks(rows, columns, source, sourceRow, target, targetRow);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Zip(nint count, T* a, T* b, T* pairs)
    {
        for (; count > 0; count -= Lane<T>.Count, a += Lane<T>.Count, b += Lane<T>.Count, pairs += 2 * Lane<T>.Count)
        {
            L.Zip(Load(a, count), Load(b, count), out var low, out var high);
            Store(low, pairs, 2 * count);
            Store(high, pairs + Lane<T>.Count, (2 * count) - Lane<T>.Count);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Unzip(nint count, T* pairs, T* a, T* b)
    {
        for (; count > 0; count -= Lane<T>.Count, a += Lane<T>.Count, b += Lane<T>.Count, pairs += 2 * Lane<T>.Count)
        {
            L.Unzip(Load(pairs, 2 * count), Load(pairs + Lane<T>.Count, (2 * count) - Lane<T>.Count), out var x, out var y);
            Store(x, a, count);
            Store(y, b, count);
        }
    }

    /// <summary>A vector, of which so many elements may be touched.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Load(T* source, nint count) => count >= Lane<T>.Count ? L.Load(source) : L.LoadPartial(source, (int)count);

    /// <summary>Stores a vector, of which so many elements may be touched.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Store(V value, T* target, nint count)
    {
        if (count >= Lane<T>.Count) L.Store(value, target);
        else L.StorePartial(value, target, (int)count);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Blocks(nint rows, nint columns, T* source, nint sourceRow, T* target, nint targetRow)
    {
        nint lanes = Lane<T>.Count;
        for (nint i = 0; i < rows; i += lanes)
        {
            for (nint j = 0; j < columns; j += lanes)
            {
                var height = nint.Min(lanes, rows - i);
                var width = nint.Min(lanes, columns - j);
                T* from = source + (i * sourceRow) + j, to = target + (j * targetRow) + i;
                if (height == lanes && width == lanes) Square(from, sourceRow, to, targetRow);
                else if (3 * height * width < lanes * lanes) Scalar(height, width, from, sourceRow, to, targetRow);
                else Edge((int)height, (int)width, from, sourceRow, to, targetRow);
            }
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Scalar(nint rows, nint columns, T* source, nint sourceRow, T* target, nint targetRow)
    {
        for (nint i = 0; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++) target[(j * targetRow) + i] = source[(i * sourceRow) + j];
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Square(T* source, nint sourceRow, T* target, nint targetRow)
    {
        var whole = new Whole { Target = target, Row = targetRow };
        L.Columns(source, sourceRow, ref whole);
    }

    /// <summary>Part of a square: goes through a whole one of which the rest is never stored.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static void Edge(int rows, int columns, T* source, nint sourceRow, T* target, nint targetRow)
    {
        nint lanes = Lane<T>.Count;
        var square = stackalloc T[Lane<T>.Count * Lane<T>.Count];
        for (nint i = 0; i < rows; i++) L.Store(Load(source + (i * sourceRow), columns), square + (i * lanes));
        var part = new Part { Target = target, Row = targetRow, Rows = rows, Columns = columns };
        L.Columns(square, lanes, ref part);
    }

    /// <summary>Stores columns as rows.</summary>
    private struct Whole : ITaker<V>
    {
        internal T* Target;
        internal nint Row;

        [MethodImpl(AggressiveInlining)]
        public void Take(V a, V b, V c, V d)
        {
            L.Store(a, Target);
            L.Store(b, Target + Row);
            L.Store(c, Target + (2 * Row));
            L.Store(d, Target + (3 * Row));
            Target += 4 * Row;
        }
    }

    /// <summary>Stores so many elements of so many columns as rows.</summary>
    private struct Part : ITaker<V>
    {
        internal T* Target;
        internal nint Row;
        internal int Rows;
        internal int Columns;

        public void Take(V a, V b, V c, V d)
        {
            Take(a);
            Take(b);
            Take(c);
            Take(d);
        }

        private void Take(V column)
        {
            if (Columns-- <= 0) return;
            Store(column, Target, Rows);
            Target += Row;
        }
    }
}
