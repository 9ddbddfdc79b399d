namespace BgmFunctional.Kernels;

/// <summary>
/// The key of a random stream: a value, never state. Equal keys give equal streams; keys are split by purpose and by index,
/// so the stream of row 7 is the same whoever draws it, alone or among others.
/// </summary>
/// <param name="Low">Low half.</param>
/// <param name="High">High half.</param>
public readonly record struct Key(ulong Low, ulong High)
{
    /// <summary>The key that a seed names.</summary>
    public static Key OfSeed(long seed) => new Key((ulong)seed, 0).Child(0);

    /// <summary>The key of part <paramref name="index"/>: independent of its parent's stream and of every other part's.</summary>
    public Key Child(long index) => Philox.Derive(this, (ulong)index);

    /// <summary>Two independent keys.</summary>
    public (Key First, Key Second) Split() => (Child(0), Child(1));

    /// <summary>A random order of 0 … n − 1 into <paramref name="order"/>.</summary>
    public void Permute(Span<int> order) => Philox.Permute(this, order);
}
