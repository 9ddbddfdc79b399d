using System.Numerics;
using System.Runtime.CompilerServices;

namespace BgmFunctional.Kernels.Lanes;

/// <summary>
/// Arithmetic on one 512-bit vector <typeparamref name="V"/> of <typeparamref name="T"/>. A kernel is written once
/// against this contract and specialised by the JIT for each instruction set. Every operation is exact or correctly
/// rounded per lane, so implementations agree bit for bit (a NaN's sign and payload aside).
/// </summary>
internal unsafe interface ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract Isa Isa { get; }

    /// <summary>Vectors side by side in the register tile of a matrix product: what fits beside four rows of accumulators.</summary>
    static abstract int TileVectors { get; }

    static abstract V Load(T* source);
    static abstract void Store(V value, T* target);

    /// <summary>The first count elements, zeros after; nothing beyond them is touched.</summary>
    static abstract V LoadPartial(T* source, int count);

    /// <summary>Stores the first count elements; nothing beyond them is touched.</summary>
    static abstract void StorePartial(V value, T* target, int count);

    static abstract V Create(T value);

    /// <summary>The constant, rounded to T.</summary>
    static abstract V Constant(double value);

    /// <summary>The pattern in every 64-bit field.</summary>
    static abstract V CreateBits(ulong pattern);

    /// <summary>Lane 0.</summary>
    static abstract T First(V value);

    /// <summary>Moves the second of two adjacent groups of the given bytes (32, 16, 8 or 4) to the place of the first; the rest is unspecified.</summary>
    static abstract V MoveUpper(V value, int bytes);

    static abstract V Add(V a, V b);
    static abstract V Subtract(V a, V b);
    static abstract V Multiply(V a, V b);
    static abstract V Divide(V a, V b);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract V Fma(V a, V b, V c);
    static abstract V Sqrt(V a);
    static abstract V Floor(V a);

    /// <summary>The second operand where either is NaN, as the processor's MINPS gives it: a &lt; b ? a : b.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The second operand where either is NaN: a &gt; b ? a : b.</summary>
    static abstract V Max(V a, V b);

    /// <summary>All bits set in the lanes where a &gt; b, none elsewhere.</summary>
    static abstract V Greater(V a, V b);

    /// <summary>All bits set in the lanes where a ≥ b, none elsewhere.</summary>
    static abstract V GreaterOrEqual(V a, V b);

    /// <summary>All bits set in the lanes where a = b, none elsewhere.</summary>
    static abstract V Equal(V a, V b);

    /// <summary>a in the lanes where the mask's bits are set, b where none is.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>True if any lane of the mask is set.</summary>
    static abstract bool Any(V mask);
    static abstract V And(V a, V b);
    static abstract V Or(V a, V b);
    static abstract V Xor(V a, V b);

    /// <summary>mask's complement and a.</summary>
    static abstract V AndNot(V mask, V a);

    /// <summary>Integer sum of the lanes' bit patterns (32 or 64 bits a lane).</summary>
    static abstract V AddBits(V a, V b);

    /// <summary>Integer difference of the lanes' bit patterns.</summary>
    static abstract V SubtractBits(V a, V b);
    static abstract V ShiftLeft(V a, int count);

    /// <summary>Shift with sign fill.</summary>
    static abstract V ShiftRight(V a, int count);

    /// <summary>Shift with zero fill.</summary>
    static abstract V ShiftRightLogical(V a, int count);

    /// <summary>The value of each lane's bits read as a signed integer of magnitude below 2²².</summary>
    static abstract V FromIntegerBits(V a);

    /// <summary>In every 64-bit field, the 64-bit product of the low 32 bits of a and b.</summary>
    static abstract V MultiplyWide(V a, V b);

    /// <summary>In every 64-bit field, a shift with zero fill.</summary>
    static abstract V ShiftRightWide(V a, int count);

    /// <summary>In every 64-bit field, a shift.</summary>
    static abstract V ShiftLeftWide(V a, int count);

    /// <summary>In every 64-bit field, the integer sum.</summary>
    static abstract V AddWide(V a, V b);

    /// <summary>Element i of either in turn: a₀ b₀ a₁ b₁ …, a vector of them and the next.</summary>
    static abstract void Zip(V a, V b, out V low, out V high);

    /// <summary>Undoes <see cref="Zip"/>: of two vectors side by side, every second element from the first on, and from the second on.</summary>
    static abstract void Unzip(V low, V high, out V a, out V b);

    /// <summary>Hands over the columns of a square of as many rows and columns as lanes, element (i, j) at i·row + j.</summary>
    static abstract void Columns<S>(T* source, nint row, ref S taker)
        where S : struct, ITaker<V>;
}

/// <summary>What is done with vectors that come one after another.</summary>
internal interface ITaker<V>
    where V : unmanaged
{
    /// <summary>Takes the next four.</summary>
    void Take(V a, V b, V c, V d);
}

/// <summary>Lanes of a vector.</summary>
internal static class Lane<T>
    where T : unmanaged
{
    /// <summary>True for float, false for double; the JIT folds it.</summary>
    internal static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    /// <summary>16 for float, 8 for double.</summary>
    internal static unsafe int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 64 / sizeof(T);
    }
}
