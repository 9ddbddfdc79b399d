using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Products;

/// <summary>Copies of a range of B that tiles can read as full vectors; columns beyond its width are 0.</summary>
internal static unsafe class Packing<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>target[p·targetRow + j] = source[p·row + j·column], j below width; 0 up to targetRow.</summary>
    [MethodImpl(AggressiveOptimization)]
    internal static void Copy(nint k, nint width, T* source, nint row, nint column, T* target, nint targetRow)
    {
        if (column == 1)
        {
            Rows(k, width, source, row, target, targetRow);
            return;
        }

        if (width < targetRow) new Span<T>(target, (int)(k * targetRow)).Clear();
        if (row == 1)
        {
            Transposition<L, V, T>.Copy(width, k, source, column, target, targetRow);
            return;
        }

        for (nint p = 0; p < k; p++)
        {
            for (nint j = 0; j < width; j++) target[(p * targetRow) + j] = source[(p * row) + (j * column)];
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Rows(nint k, nint width, T* source, nint row, T* target, nint targetRow)
    {
        nint lanes = Lane<T>.Count;
        var tail = (int)(width % lanes);
        for (nint p = 0; p < k; p++, source += row, target += targetRow)
        {
            nint j = 0;
            for (; j <= width - lanes; j += lanes) L.Store(L.Load(source + j), target + j);
            if (tail != 0) L.Store(L.LoadPartial(source + j, tail), target + j);
        }
    }
}
