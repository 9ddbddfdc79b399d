using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Functions;

/// <summary>Arithmetic on the sign bit alone; right for zeros, infinities and NaN.</summary>
internal static class Signs<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sign bit alone.</summary>
    internal static V Bit
    {
        [MethodImpl(AggressiveInlining)]
        get => L.CreateBits(typeof(T) == typeof(float) ? 0x8000_0000_8000_0000UL : 0x8000_0000_0000_0000UL);
    }

    /// <summary>−x.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Negate(V x) => L.Xor(x, Bit);

    /// <summary>|x|.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Abs(V x) => L.AndNot(Bit, x);

    /// <summary>−|x|.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Negative(V x) => L.Or(Bit, x);

    /// <summary>|magnitude| with the sign of x.</summary>
    [MethodImpl(AggressiveInlining)]
    internal static V Copy(V magnitude, V x) => L.Or(L.AndNot(Bit, magnitude), L.And(Bit, x));
}
