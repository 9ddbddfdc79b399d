using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Functions;
using BgmFunctional.Kernels.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Streams;

/// <summary>From two vectors of uniform numbers to two vectors of draws.</summary>
internal interface IDistribution<V>
{
    static abstract void Transform(ref V first, ref V second);
}

/// <summary>
/// Draws by groups of two vectors: group g of a stream is made from counters 8g … 8g + 7. Words 0 and 1 of the eight blocks are the
/// first vector's lanes, words 2 and 3 the second's (a float lane takes one word, a double lane two), so draw i is lane i mod lanes of
/// vector ⌊i / lanes⌋ mod 2 of group ⌊i / (2·lanes)⌋: it depends on the key and i alone. A normal pair (Box and Muller 1958) is the same
/// lane of the group's two vectors; every other distribution is an inverse distribution function of its own lane. Signs come from longer
/// groups, a pair of vectors for each bit of a lane, the highest bit first.
/// </summary>
internal static unsafe class Draws<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Group
    {
        [MethodImpl(AggressiveInlining)]
        get => 2 * Lane<T>.Count;
    }

    internal static void Run(Draw draw, Key key, long start, T* y, nint n)
    {
        switch (draw)
        {
            case Draw.Uniform: Fill<Uniform>(key, start, y, n); break;
            case Draw.Normal: Fill<Normal>(key, start, y, n); break;
            case Draw.Logistic: Fill<Logistic>(key, start, y, n); break;
            case Draw.Exponential: Fill<Exponential>(key, start, y, n); break;
            case Draw.Laplace: Fill<Laplace>(key, start, y, n); break;
            case Draw.Sign: FillSigns(key, start, y, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(draw), draw, "Not a distribution.");
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void Fill<D>(Key key, long start, T* y, nint n)
        where D : struct, IDistribution<V>
    {
        var partial = stackalloc T[2 * Lane<T>.Count];
        var lane = stackalloc ulong[8] { 0, 1, 2, 3, 4, 5, 6, 7 };
        var counters = L.Load((T*)lane);
        var rounds = stackalloc ulong[2 * Philox.Rounds];
        Schedule(key, rounds);
        var group = start / Group;
        var skip = (int)(start % Group);
        for (nint done = 0; done < n; group++, skip = 0)
        {
            Words(key, rounds, L.AddWide(counters, L.CreateBits((ulong)group * 8)), out var first, out var second);
            first = Unit(first);
            second = Unit(second);
            D.Transform(ref first, ref second);
            var count = (int)nint.Min(n - done, Group - skip);
            var whole = count == Group;
            var target = whole ? y + done : partial;
            L.Store(first, target);
            L.Store(second, target + Lane<T>.Count);
            if (!whole) Unsafe.CopyBlock(y + done, partial + skip, (uint)(count * sizeof(T)));
            done += count;
        }
    }

    [MethodImpl(AggressiveOptimization)]
    private static void FillSigns(Key key, long start, T* y, nint n)
    {
        var partial = stackalloc T[2 * Lane<T>.Count];
        var lane = stackalloc ulong[8] { 0, 1, 2, 3, 4, 5, 6, 7 };
        var counters = L.Load((T*)lane);
        var rounds = stackalloc ulong[2 * Philox.Rounds];
        Schedule(key, rounds);
        var (one, sign) = (L.Constant(1), L.Constant(-0.0));
        var bits = 8 * sizeof(T);
        var pair = start / Group;
        var skip = (int)(start % Group);
        for (nint done = 0; done < n;)
        {
            Words(key, rounds, L.AddWide(counters, L.CreateBits((ulong)(pair / bits) * 8)), out var first, out var second);
            for (var bit = (int)(pair % bits); bit < bits && done < n; bit++, pair++, skip = 0)
            {
                var count = (int)nint.Min(n - done, Group - skip);
                var whole = count == Group;
                var target = whole ? y + done : partial;
                L.Store(L.Or(one, L.And(sign, L.ShiftLeft(first, bit))), target);
                L.Store(L.Or(one, L.And(sign, L.ShiftLeft(second, bit))), target + Lane<T>.Count);
                if (!whole) Unsafe.CopyBlock(y + done, partial + skip, (uint)(count * sizeof(T)));
                done += count;
            }
        }
    }

    /// <summary>The two words of the cipher key in each round: the same for all blocks of a stream.</summary>
    private static void Schedule(Key key, ulong* rounds)
    {
        uint k0 = (uint)key.Low, k1 = (uint)(key.Low >> 32);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            rounds[2 * round] = k0;
            rounds[2 * round + 1] = k1;
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }
    }

    /// <summary>Eight Philox blocks, a 64-bit field of each vector of words per counter.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Words(Key key, ulong* rounds, V counters, out V first, out V second)
    {
        var m0 = L.CreateBits(Philox.Multiplier0);
        var m1 = L.CreateBits(Philox.Multiplier1);
        var c0 = counters;
        var c1 = L.ShiftRightWide(counters, 32);
        var c2 = L.CreateBits((uint)key.High);
        var c3 = L.CreateBits(key.High >> 32);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            // The upper halves of the fields gather rubbish that the multiplication ignores.
            var p0 = L.MultiplyWide(m0, c0);
            var p1 = L.MultiplyWide(m1, c2);
            c0 = L.Xor(L.Xor(L.ShiftRightWide(p1, 32), c1), L.CreateBits(rounds[2 * round]));
            c1 = p1;
            c2 = L.Xor(L.Xor(L.ShiftRightWide(p0, 32), c3), L.CreateBits(rounds[2 * round + 1]));
            c3 = p0;
        }

        var low = L.CreateBits(uint.MaxValue);
        first = L.Or(L.And(c0, low), L.ShiftLeftWide(c1, 32));
        second = L.Or(L.And(c2, low), L.ShiftLeftWide(c3, 32));
    }

    /// <summary>The top 23 (52) bits as an odd multiple of 2⁻²⁴ (2⁻⁵³): never 0 or 1, and 1 − u is exact.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Unit(V words)
    {
        var one = L.Constant(1);
        var fromOneToTwo = L.Or(L.ShiftRightLogical(words, Lane<T>.IsSingle ? 9 : 12), one);
        return L.Add(L.Subtract(fromOneToTwo, one), L.Constant(Lane<T>.IsSingle ? 1.0 / (1 << 24) : 1.0 / (1L << 53)));
    }

    private readonly struct Uniform : IDistribution<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static void Transform(ref V first, ref V second)
        {
        }
    }

    private readonly struct Normal : IDistribution<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static void Transform(ref V first, ref V second)
        {
            var radius = L.Sqrt(L.Multiply(L.Constant(-2), Logarithm<L, V, T>.Log(first)));
            var angle = L.Multiply(L.Constant(2 * Math.PI), second);
            Trigonometric<L, V, T>.SinCos(angle, out var sin, out var cos);
            first = L.Multiply(radius, cos);
            second = L.Multiply(radius, sin);
        }
    }

    private readonly struct Logistic : IDistribution<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static void Transform(ref V first, ref V second)
        {
            first = Quantile(first);
            second = Quantile(second);
        }

        [MethodImpl(AggressiveInlining)]
        private static V Quantile(V u) => Logarithm<L, V, T>.Log(L.Divide(u, L.Subtract(L.Constant(1), u)));
    }

    private readonly struct Exponential : IDistribution<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static void Transform(ref V first, ref V second)
        {
            first = Quantile(first);
            second = Quantile(second);
        }

        [MethodImpl(AggressiveInlining)]
        private static V Quantile(V u) => Signs<L, V, T>.Negate(Logarithm<L, V, T>.Log(u));
    }

    private readonly struct Laplace : IDistribution<V>
    {
        [MethodImpl(AggressiveInlining)]
        public static void Transform(ref V first, ref V second)
        {
            first = Quantile(first);
            second = Quantile(second);
        }

        /// <summary>log(2u) below the median, −log(2(1 − u)) above.</summary>
        [MethodImpl(AggressiveInlining)]
        private static V Quantile(V u)
        {
            var rest = L.Subtract(L.Constant(1), u);
            var nearer = L.Min(u, rest);
            return Signs<L, V, T>.Copy(Logarithm<L, V, T>.Log(L.Add(nearer, nearer)), L.Subtract(u, rest));
        }
    }
}
