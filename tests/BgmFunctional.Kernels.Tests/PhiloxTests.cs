using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class PhiloxTests
{
    /// <summary>Vectors of kat_vectors in Random123 1.14 (Salmon et al., D. E. Shaw Research), philox 4x32 10.</summary>
    [Theory]
    [InlineData(0x0, 0x0, 0x0, 0xE169C58D_6627E8D5, 0x9B00DBD8_BC57AC4C)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x41C83B0E_408F276D, 0x6D5451FD_A20BC7C6)]
    [InlineData(0x299F31D0_A4093822, 0x85A308D3_243F6A88, 0x03707344_13198A2E, 0x94FDCCEB_D16CFE09, 0x24126EA1_5001E420)]
    public void Block_is_the_published_one(ulong key, ulong position, ulong high, ulong low, ulong upper) =>
        Assert.Equal((low, upper), Philox.Block(key, position, high));

    [Fact]
    public void Uniform_draws_are_the_blocks_words()
    {
        var key = new Key(0x0123456789ABCDEF, 0xFEDCBA9876543210);
        foreach (var isa in Isas)
        {
            var floats = new float[64];
            var doubles = new double[32];
            Kernels<float>.For(isa).Random(Draw.Uniform, key, 0, floats);
            Kernels<double>.For(isa).Random(Draw.Uniform, key, 0, doubles);
            for (var counter = 0; counter < 16; counter++)
            {
                var (low, high) = Philox.Block(key.Low, (ulong)counter, key.High);
                var first = (counter / 8 * 16) + (counter % 8);
                Assert.Equal(((low >> 12) + 0.5) / (1L << 52), doubles[first]);
                Assert.Equal(((high >> 12) + 0.5) / (1L << 52), doubles[first + 8]);
                Assert.Equal((((uint)low >> 9) + 0.5f) / (1 << 23), floats[2 * first]);
                Assert.Equal(((high >> 41) + 0.5f) / (1 << 23), floats[(2 * first) + 17]);
            }
        }
    }

    [Fact]
    public void Children_differ_from_each_other_and_from_their_parent()
    {
        var key = Key.OfSeed(7);
        var keys = Enumerable.Range(-50, 1000).Select(i => key.Child(i)).Append(key).Append(Key.OfSeed(8)).Append(Key.OfSeed(-7)).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal((key.Child(0), key.Child(1)), key.Split());
        Assert.Equal(key.Child(5), Key.OfSeed(7).Child(5));
    }

    [Fact]
    public void Permutation_holds_every_index_once()
    {
        foreach (var n in Lengths)
        {
            var order = new int[n];
            Key.OfSeed(n).Permute(order);
            Assert.Equal(Enumerable.Range(0, n), order.Order());
        }
    }

    /// <summary>24 000 permutations of 4: each of the 24 within 5 standard deviations (√(1000·23/24) ≈ 31) of 1000.</summary>
    [Fact]
    public void Permutations_are_equally_frequent()
    {
        var counts = new Dictionary<string, int>();
        var order = new int[4];
        for (var i = 0; i < 24_000; i++)
        {
            Key.OfSeed(3).Child(i).Permute(order);
            var name = string.Join(',', order);
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - 155, 1000 + 155));
    }
}
