using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace BgmFunctional.Kernels.Tests;

/// <summary>What every law is checked over: instruction sets, values and shapes.</summary>
internal static class Instances
{
    /// <summary>The instruction sets that this processor has.</summary>
    internal static readonly Isa[] Isas = [.. Enum.GetValues<Isa>().Where(isa => isa.IsSupported())];

    /// <summary>Lengths around whole and partial vectors of either type, and two longer than any unrolled step.</summary>
    internal static readonly int[] Lengths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 63, 64, 65, 100, 257];

    /// <summary>n values: signed, of magnitudes from 2⁻⁸ to 2⁸.</summary>
    internal static T[] Values<T>(int seed, int n)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var values = new T[n];
        for (var i = 0; i < n; i++)
        {
            values[i] = T.CreateTruncating((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-8, 9)));
        }

        return values;
    }

    /// <summary>Zeros, infinities, NaN, subnormals, the largest and smallest numbers and values around the thresholds of the functions.</summary>
    internal static T[] Specials<T>()
        where T : IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        T[] positive =
        [
            T.Zero, T.Epsilon, T.Epsilon * T.CreateTruncating(1000), T.MaxValue, T.PositiveInfinity, T.One,
            T.BitIncrement(T.One), T.BitDecrement(T.One), T.CreateTruncating(0.5), T.CreateTruncating(1e-9), T.CreateTruncating(1e-17),
            T.CreateTruncating(1e-5), T.CreateTruncating(87.3), T.CreateTruncating(88.8), T.CreateTruncating(103.9),
            T.CreateTruncating(709.7), T.CreateTruncating(745.1), T.CreateTruncating(2.5), T.CreateTruncating(0.4142135),
            T.CreateTruncating(2.4142135), T.Pi, T.Pi / T.CreateTruncating(2), T.CreateTruncating(1e5), T.CreateTruncating(4194305),
            T.CreateTruncating(1e9), T.CreateTruncating(1e30),
        ];
        return [.. positive, .. positive.Select(x => -x), T.NaN];
    }

    /// <summary>Fails unless both have the same bits; all NaN count as one.</summary>
    internal static void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string where)
        where T : IBinaryFloatingPointIeee754<T>
    {
        Assert.True(expected.Length == actual.Length, $"{where}: length {actual.Length} instead of {expected.Length}.");
        for (var i = 0; i < expected.Length; i++)
        {
            if (!AreSame(expected[i], actual[i])) Assert.Fail($"{where}: element {i} is {actual[i]} instead of {expected[i]}.");
        }
    }

    internal static bool AreSame<T>(T a, T b)
        where T : IBinaryFloatingPointIeee754<T> => T.IsNaN(a) ? T.IsNaN(b) : a == b && T.IsNegative(a) == T.IsNegative(b);

    /// <summary>
    /// Checks a law over generated cases, of which none may fail: the same cases in every run, or fresh ones with BGM_FRESH_LAWS set.
    /// </summary>
    internal static void ForAll<TCase>(Gen<TCase> cases, Action<TCase> law, int count = 100)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(count);
        var isFresh = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("BGM_FRESH_LAWS"));
        Prop.ForAll(cases.ToArbitrary(), law).Check(isFresh ? config : config.WithReplay(20261122, 1000003));
    }

    /// <summary>A span amid guard elements, to show that nothing beyond it is written.</summary>
    internal static T[] Guarded<T>(int n, T guard)
    {
        var array = new T[n + 32];
        Array.Fill(array, guard);
        return array;
    }
}
