using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Lanes;

/// <summary>One 512-bit register a vector.</summary>
internal readonly unsafe partial struct Avx512Lanes<T> : ILanes<Vector512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Isa Isa => Isa.Avx512;

    public static int TileVectors => 4;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void Store(Vector512<T> value, T* target) => value.Store(target);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> LoadPartial(T* source, int count) =>
        typeof(T) == typeof(float)
            ? Avx512F.MaskLoad((float*)source, FirstSingles(count), Vector512<float>.Zero).As<float, T>()
            : Avx512F.MaskLoad((double*)source, FirstDoubles(count), Vector512<double>.Zero).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static void StorePartial(Vector512<T> value, T* target, int count)
    {
        if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)target, FirstSingles(count), value.AsSingle());
        else Avx512F.MaskStore((double*)target, FirstDoubles(count), value.AsDouble());
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<float> FirstSingles(int count) =>
        Vector512.GreaterThan(Vector512.Create(count), Vector512<int>.Indices).AsSingle();

    [MethodImpl(AggressiveInlining)]
    private static Vector512<double> FirstDoubles(int count) =>
        Vector512.GreaterThan(Vector512.Create((long)count), Vector512<long>.Indices).AsDouble();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Constant(double value) =>
        typeof(T) == typeof(float) ? Vector512.Create((float)value).As<float, T>() : Vector512.Create(value).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> CreateBits(ulong pattern) => Vector512.Create(pattern).As<ulong, T>();

    [MethodImpl(AggressiveInlining)]
    public static T First(Vector512<T> value) => value.ToScalar();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> MoveUpper(Vector512<T> value, int bytes) => bytes switch
    {
        32 => Avx512F.Shuffle4x128(value.AsInt32(), value.AsInt32(), 0b_00_00_11_10).As<int, T>(),
        16 => Avx512F.Shuffle4x128(value.AsInt32(), value.AsInt32(), 0b_00_00_00_01).As<int, T>(),
        8 => Avx512F.Shuffle(value.AsInt32(), 0b_00_00_11_10).As<int, T>(),
        _ => Avx512F.Shuffle(value.AsInt32(), 0b_00_00_00_01).As<int, T>(),
    };

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Fma(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Avx512F.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Avx512F.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Floor(Vector512<T> a) =>
        typeof(T) == typeof(float)
            ? Vector512.Floor(a.AsSingle()).As<float, T>()
            : Vector512.Floor(a.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Min(Vector512<T> a, Vector512<T> b) =>
        typeof(T) == typeof(float)
            ? Avx512F.Min(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx512F.Min(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) =>
        typeof(T) == typeof(float)
            ? Avx512F.Max(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx512F.Max(a.AsDouble(), b.AsDouble()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Greater(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> GreaterOrEqual(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThanOrEqual(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Equal(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> mask, Vector512<T> a, Vector512<T> b) =>
        Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(AggressiveInlining)]
    public static bool Any(Vector512<T> mask) => Vector512.ExtractMostSignificantBits(mask) != 0;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> And(Vector512<T> a, Vector512<T> b) => a & b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Or(Vector512<T> a, Vector512<T> b) => a | b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> Xor(Vector512<T> a, Vector512<T> b) => a ^ b;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> AndNot(Vector512<T> mask, Vector512<T> a) => Vector512.AndNot(a, mask);

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> AddBits(Vector512<T> a, Vector512<T> b) =>
        typeof(T) == typeof(float)
            ? (a.AsInt32() + b.AsInt32()).As<int, T>()
            : (a.AsInt64() + b.AsInt64()).As<long, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> SubtractBits(Vector512<T> a, Vector512<T> b) =>
        typeof(T) == typeof(float)
            ? (a.AsInt32() - b.AsInt32()).As<int, T>()
            : (a.AsInt64() - b.AsInt64()).As<long, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> ShiftLeft(Vector512<T> a, int count) =>
        typeof(T) == typeof(float) ? (a.AsInt32() << count).As<int, T>() : (a.AsInt64() << count).As<long, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> ShiftRight(Vector512<T> a, int count) =>
        typeof(T) == typeof(float) ? (a.AsInt32() >> count).As<int, T>() : (a.AsInt64() >> count).As<long, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> ShiftRightLogical(Vector512<T> a, int count) =>
        typeof(T) == typeof(float) ? (a.AsUInt32() >> count).As<uint, T>() : (a.AsUInt64() >> count).As<ulong, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> FromIntegerBits(Vector512<T> a) =>
        typeof(T) == typeof(float)
            ? Vector512.ConvertToSingle(a.AsInt32()).As<float, T>()
            : Vector512.ConvertToDouble(a.AsInt64()).As<double, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> MultiplyWide(Vector512<T> a, Vector512<T> b) =>
        Avx512F.Multiply(a.AsUInt32(), b.AsUInt32()).As<ulong, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> ShiftRightWide(Vector512<T> a, int count) => (a.AsUInt64() >> count).As<ulong, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> ShiftLeftWide(Vector512<T> a, int count) => (a.AsUInt64() << count).As<ulong, T>();

    [MethodImpl(AggressiveInlining)]
    public static Vector512<T> AddWide(Vector512<T> a, Vector512<T> b) => (a.AsUInt64() + b.AsUInt64()).As<ulong, T>();
}
