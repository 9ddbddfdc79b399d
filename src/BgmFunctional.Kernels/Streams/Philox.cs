
namespace BgmFunctional.Kernels;

/// <summary>
/// Philox 4x32-10: a bijection of 128-bit counters for each 64-bit cipher key, whose outputs pass for random (Salmon, Moraes, Dror and
/// Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The cipher key is the key's low half xor a domain (draws, child keys,
/// permutations), the counter is (position, the key's high half), so streams of different domains never share a block by design.
/// </summary>
internal static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    private const ulong ChildDomain = 0xA4093822299F31D0;
    private const ulong PermutationDomain = 0x13198A2E03707344;

    /// <summary>The output of counter (c₀, c₁, c₂, c₃) = (position, high) under a cipher key (k₀, k₁), words from low to high.</summary>
    internal static (ulong Low, ulong High) Block(ulong cipherKey, ulong position, ulong high)
    {
        uint c0 = (uint)position, c1 = (uint)(position >> 32), c2 = (uint)high, c3 = (uint)(high >> 32);
        uint k0 = (uint)cipherKey, k1 = (uint)(cipherKey >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)Multiplier0 * c0;
            var p1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint)p1;
            c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint)p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0 | ((ulong)c1 << 32), c2 | ((ulong)c3 << 32));
    }

    /// <summary>Key number <paramref name="index"/> under a key.</summary>
    internal static Key Derive(Key key, ulong index)
    {
        var (low, high) = Block(key.Low ^ ChildDomain, index, key.High);
        return new Key(low, high);
    }

    /// <summary>
    /// Fisher–Yates. The bounded integers are the high halves of 64-bit words times the bound (Lemire, ACM TOMACS 2019, without its
    /// rejection step): each is off uniform by less than the bound over 2⁶⁴.
    /// </summary>
    internal static void Permute(Key key, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var (low, high) = Block(key.Low ^ PermutationDomain, (ulong)i >> 1, key.High);
            var other = (int)Math.BigMul((i & 1) == 0 ? low : high, (ulong)i + 1, out _);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
