using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Lanes;

/// <summary>A 512-bit vector in two 256-bit registers.</summary>
internal readonly struct Pair<T>(Vector256<T> low, Vector256<T> high)
{
    internal readonly Vector256<T> Low = low;
    internal readonly Vector256<T> High = high;
}

/// <summary>Two 256-bit registers a vector.</summary>
internal readonly unsafe partial struct Avx2Lanes<T> : ILanes<Pair<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Half
    {
        [MethodImpl(AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    public static Isa Isa => Isa.Avx2;

    public static int TileVectors => 1;

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Load(T* source) => new(Vector256.Load(source), Vector256.Load(source + Half));

    [MethodImpl(AggressiveInlining)]
    public static void Store(Pair<T> value, T* target)
    {
        value.Low.Store(target);
        value.High.Store(target + Half);
    }

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> LoadPartial(T* source, int count) =>
        typeof(T) == typeof(float)
            ? new(
                Avx.MaskLoad((float*)source, FirstSingles(count)).As<float, T>(),
                Avx.MaskLoad((float*)source + 8, FirstSingles(count - 8)).As<float, T>())
            : new(
                Avx.MaskLoad((double*)source, FirstDoubles(count)).As<double, T>(),
                Avx.MaskLoad((double*)source + 4, FirstDoubles(count - 4)).As<double, T>());

    [MethodImpl(AggressiveInlining)]
    public static void StorePartial(Pair<T> value, T* target, int count)
    {
        if (typeof(T) == typeof(float))
        {
            Avx.MaskStore((float*)target, FirstSingles(count), value.Low.AsSingle());
            Avx.MaskStore((float*)target + 8, FirstSingles(count - 8), value.High.AsSingle());
        }
        else
        {
            Avx.MaskStore((double*)target, FirstDoubles(count), value.Low.AsDouble());
            Avx.MaskStore((double*)target + 4, FirstDoubles(count - 4), value.High.AsDouble());
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<float> FirstSingles(int count) =>
        Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices).AsSingle();

    [MethodImpl(AggressiveInlining)]
    private static Vector256<double> FirstDoubles(int count) =>
        Vector256.GreaterThan(Vector256.Create((long)count), Vector256<long>.Indices).AsDouble();

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Create(T value)
    {
        var x = Vector256.Create(value);
        return new(x, x);
    }

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Constant(double value)
    {
        var x = typeof(T) == typeof(float) ? Vector256.Create((float)value).As<float, T>() : Vector256.Create(value).As<double, T>();
        return new(x, x);
    }

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> CreateBits(ulong pattern)
    {
        var x = Vector256.Create(pattern).As<ulong, T>();
        return new(x, x);
    }

    [MethodImpl(AggressiveInlining)]
    public static T First(Pair<T> value) => value.Low.ToScalar();

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> MoveUpper(Pair<T> value, int bytes)
    {
        if (bytes == 32) return new(value.High, value.High);
        var low = value.Low.AsInt32();
        var moved = bytes switch
        {
            16 => Avx2.Permute2x128(low, low, 0x01),
            8 => Avx2.Shuffle(low, 0b_00_00_11_10),
            _ => Avx2.Shuffle(low, 0b_00_00_00_01),
        };
        return new(moved.As<int, T>(), value.High);
    }

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Add(Pair<T> a, Pair<T> b) => new(a.Low + b.Low, a.High + b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Subtract(Pair<T> a, Pair<T> b) => new(a.Low - b.Low, a.High - b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Multiply(Pair<T> a, Pair<T> b) => new(a.Low * b.Low, a.High * b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Divide(Pair<T> a, Pair<T> b) => new(a.Low / b.Low, a.High / b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Fma(Pair<T> a, Pair<T> b, Pair<T> c) => new(Fma(a.Low, b.Low, c.Low), Fma(a.High, b.High, c.High));

    [MethodImpl(AggressiveInlining)]
    private static Vector256<T> Fma(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Sqrt(Pair<T> a) => new(Vector256.Sqrt(a.Low), Vector256.Sqrt(a.High));

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Floor(Pair<T> a) =>
        typeof(T) == typeof(float)
            ? new(Vector256.Floor(a.Low.AsSingle()).As<float, T>(), Vector256.Floor(a.High.AsSingle()).As<float, T>())
            : new(Vector256.Floor(a.Low.AsDouble()).As<double, T>(), Vector256.Floor(a.High.AsDouble()).As<double, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Min(Pair<T> a, Pair<T> b) => new(Min(a.Low, b.Low), Min(a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    private static Vector256<T> Min(Vector256<T> a, Vector256<T> b) =>
        typeof(T) == typeof(float)
            ? Avx.Min(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx.Min(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Max(Pair<T> a, Pair<T> b) => new(Max(a.Low, b.Low), Max(a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    private static Vector256<T> Max(Vector256<T> a, Vector256<T> b) =>
        typeof(T) == typeof(float)
            ? Avx.Max(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx.Max(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Greater(Pair<T> a, Pair<T> b) =>
        new(Vector256.GreaterThan(a.Low, b.Low), Vector256.GreaterThan(a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> GreaterOrEqual(Pair<T> a, Pair<T> b) =>
        new(Vector256.GreaterThanOrEqual(a.Low, b.Low), Vector256.GreaterThanOrEqual(a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Equal(Pair<T> a, Pair<T> b) => new(Vector256.Equals(a.Low, b.Low), Vector256.Equals(a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Select(Pair<T> mask, Pair<T> a, Pair<T> b) =>
        new(Vector256.ConditionalSelect(mask.Low, a.Low, b.Low), Vector256.ConditionalSelect(mask.High, a.High, b.High));

    [MethodImpl(AggressiveInlining)]
    public static bool Any(Pair<T> mask) => Vector256.ExtractMostSignificantBits(mask.Low | mask.High) != 0;

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> And(Pair<T> a, Pair<T> b) => new(a.Low & b.Low, a.High & b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Or(Pair<T> a, Pair<T> b) => new(a.Low | b.Low, a.High | b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> Xor(Pair<T> a, Pair<T> b) => new(a.Low ^ b.Low, a.High ^ b.High);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> AndNot(Pair<T> mask, Pair<T> a) =>
        new(Vector256.AndNot(a.Low, mask.Low), Vector256.AndNot(a.High, mask.High));

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> AddBits(Pair<T> a, Pair<T> b) =>
        typeof(T) == typeof(float)
            ? new((a.Low.AsInt32() + b.Low.AsInt32()).As<int, T>(), (a.High.AsInt32() + b.High.AsInt32()).As<int, T>())
            : AddWide(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> SubtractBits(Pair<T> a, Pair<T> b) =>
        typeof(T) == typeof(float)
            ? new((a.Low.AsInt32() - b.Low.AsInt32()).As<int, T>(), (a.High.AsInt32() - b.High.AsInt32()).As<int, T>())
            : new((a.Low.AsInt64() - b.Low.AsInt64()).As<long, T>(), (a.High.AsInt64() - b.High.AsInt64()).As<long, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> ShiftLeft(Pair<T> a, int count) =>
        typeof(T) == typeof(float)
            ? new((a.Low.AsInt32() << count).As<int, T>(), (a.High.AsInt32() << count).As<int, T>())
            : ShiftLeftWide(a, count);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> ShiftRight(Pair<T> a, int count) =>
        typeof(T) == typeof(float)
            ? new((a.Low.AsInt32() >> count).As<int, T>(), (a.High.AsInt32() >> count).As<int, T>())
            : new((a.Low.AsInt64() >> count).As<long, T>(), (a.High.AsInt64() >> count).As<long, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> ShiftRightLogical(Pair<T> a, int count) =>
        typeof(T) == typeof(float)
            ? new((a.Low.AsUInt32() >> count).As<uint, T>(), (a.High.AsUInt32() >> count).As<uint, T>())
            : ShiftRightWide(a, count);

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> FromIntegerBits(Pair<T> a)
    {
        if (typeof(T) == typeof(float))
        {
            return new(
                Vector256.ConvertToSingle(a.Low.AsInt32()).As<float, T>(),
                Vector256.ConvertToSingle(a.High.AsInt32()).As<float, T>());
        }

        // Small integers sit in the low mantissa bits of 1.5·2⁵²: there is no AVX2 instruction for the conversion.
        var magic = Vector256.Create(6755399441055744.0);
        return new(
            ((a.Low.AsInt64() + magic.AsInt64()).AsDouble() - magic).As<double, T>(),
            ((a.High.AsInt64() + magic.AsInt64()).AsDouble() - magic).As<double, T>());
    }

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> MultiplyWide(Pair<T> a, Pair<T> b) =>
        new(
            Avx2.Multiply(a.Low.AsUInt32(), b.Low.AsUInt32()).As<ulong, T>(),
            Avx2.Multiply(a.High.AsUInt32(), b.High.AsUInt32()).As<ulong, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> ShiftRightWide(Pair<T> a, int count) =>
        new((a.Low.AsUInt64() >> count).As<ulong, T>(), (a.High.AsUInt64() >> count).As<ulong, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> ShiftLeftWide(Pair<T> a, int count) =>
        new((a.Low.AsUInt64() << count).As<ulong, T>(), (a.High.AsUInt64() << count).As<ulong, T>());

    [MethodImpl(AggressiveInlining)]
    public static Pair<T> AddWide(Pair<T> a, Pair<T> b) =>
        new((a.Low.AsUInt64() + b.Low.AsUInt64()).As<ulong, T>(), (a.High.AsUInt64() + b.High.AsUInt64()).As<ulong, T>());
}
