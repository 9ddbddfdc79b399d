using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;

namespace BgmFunctional.Kernels.Axes;

/// <summary>
/// Copies, fills and sums of one row. Rows of a table are short, so a call of the runtime's block copy would cost more than the copy: a row of at
/// least one vector is moved in whole vectors, the last of which overlaps the one before, and a shorter one in a part of a vector.
/// </summary>
internal static unsafe class RowCopy<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements beyond which the runtime's block copy is quicker.</summary>
    private const int Long = 512;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy(T* from, T* to, nint columns)
    {
        if (columns > Long)
        {
            Buffer.MemoryCopy(from, to, columns * sizeof(T), columns * sizeof(T));
        }
        else if (columns >= Lane<T>.Count)
        {
            var last = columns - Lane<T>.Count;
            for (nint i = 0; i < last; i += Lane<T>.Count) L.Store(L.Load(from + i), to + i);
            L.Store(L.Load(from + last), to + last);
        }
        else
        {
            L.StorePartial(L.LoadPartial(from, (int)columns), to, (int)columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fill(T value, T* to, nint columns)
    {
        if (columns >= Lane<T>.Count)
        {
            var vector = L.Create(value);
            var last = columns - Lane<T>.Count;
            for (nint i = 0; i < last; i += Lane<T>.Count) L.Store(vector, to + i);
            L.Store(vector, to + last);
        }
        else
        {
            L.StorePartial(L.Create(value), to, (int)columns);
        }
    }

    /// <summary>to += from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(T* from, T* to, nint columns)
    {
        nint i = 0;
        for (; i <= columns - Lane<T>.Count; i += Lane<T>.Count) L.Store(L.Add(L.Load(to + i), L.Load(from + i)), to + i);
        var tail = (int)(columns - i);
        if (tail != 0) L.StorePartial(L.Add(L.LoadPartial(to + i, tail), L.LoadPartial(from + i, tail)), to + i, tail);
    }
}
