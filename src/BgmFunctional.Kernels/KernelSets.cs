using System.Numerics;
using System.Runtime.Intrinsics;
using BgmFunctional.Kernels.Lanes;

namespace BgmFunctional.Kernels;

/// <summary>Makes the kernels of an instruction set.</summary>
internal static class KernelSets
{
    internal static Kernels<T> Create<T>(Isa isa)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Kernels are written for float and double, not {typeof(T).Name}.");
        }

        if (!isa.IsSupported())
        {
            throw new PlatformNotSupportedException($"This processor cannot run {isa} kernels; the best it can is {IsaSupport.Best}.");
        }

        return isa switch
        {
            Isa.Avx512 => new KernelSet<Avx512Lanes<T>, Vector512<T>, T>(),
            Isa.Avx2 => new KernelSet<Avx2Lanes<T>, Pair<T>, T>(),
            Isa.Portable => new KernelSet<PortableLanes<T>, Bits512, T>(),
            _ => throw new ArgumentOutOfRangeException(nameof(isa), isa, "Not an instruction set."),
        };
    }
}
