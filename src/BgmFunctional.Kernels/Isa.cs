using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BgmFunctional.Kernels;

/// <summary>
/// The instruction sets that the kernels are written for. All three give the same bits: a vector is 512 bits wide in
/// each (16 float32 or 8 float64 lanes), every accumulation follows that one order, and every multiply-add is fused.
/// </summary>
public enum Isa
{
    /// <summary>Scalar code on any processor.</summary>
    Portable,

    /// <summary>Two 256-bit registers a vector; needs AVX2 and FMA.</summary>
    Avx2,

    /// <summary>One 512-bit register a vector; needs AVX-512F, BW and DQ.</summary>
    Avx512,
}

/// <summary>What this processor can run.</summary>
public static class IsaSupport
{
    /// <summary>True if the processor can run kernels written for <paramref name="isa"/>.</summary>
    public static bool IsSupported(this Isa isa) => isa switch
    {
        Isa.Avx512 => Vector512.IsHardwareAccelerated && Avx512DQ.IsSupported,
        Isa.Avx2 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        _ => true,
    };

    /// <summary>The fastest supported instruction set.</summary>
    public static Isa Best { get; } =
        Isa.Avx512.IsSupported() ? Isa.Avx512 : Isa.Avx2.IsSupported() ? Isa.Avx2 : Isa.Portable;
}
