using System.Runtime.CompilerServices;

// Every stack buffer here is written before it is read.
[module: SkipLocalsInit]

namespace BgmFunctional.Kernels;

/// <summary>One growing buffer a thread, for packed panels and tables; its content lives until the next request on the thread.</summary>
internal static unsafe class Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static byte[]? buffer;

    /// <summary>At least count elements, aligned to a cache line; not cleared.</summary>
    internal static T* Request<T>(nint count)
        where T : unmanaged
    {
        var bytes = (count * sizeof(T)) + Alignment;
        if (buffer is null || buffer.Length < bytes) buffer = GC.AllocateUninitializedArray<byte>((int)nint.Max(bytes, 1 << 16), pinned: true);
        fixed (byte* start = buffer) return (T*)(((nint)start + Alignment - 1) & -Alignment);
    }
}
