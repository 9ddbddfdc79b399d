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
internal readonly unsafe struct Avx2Lanes<T> : ILanes<Pair<T>, T>
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

    [MethodImpl(AggressiveInlining)]
    public static void Zip(Pair<T> a, Pair<T> b, out Pair<T> low, out Pair<T> high)
    {
        low = Zip(a.Low, b.Low);
        high = Zip(a.High, b.High);
    }

    /// <summary>Pairs within 128-bit parts, then their order.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Pair<T> Zip(Vector256<T> a, Vector256<T> b)
    {
        Vector256<T> first, second;
        if (typeof(T) == typeof(float))
        {
            first = Avx.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>();
            second = Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        }
        else
        {
            first = Avx.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>();
            second = Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();
        }

        return new(
            Avx.Permute2x128(first.AsDouble(), second.AsDouble(), 0x20).As<double, T>(),
            Avx.Permute2x128(first.AsDouble(), second.AsDouble(), 0x31).As<double, T>());
    }

    [MethodImpl(AggressiveInlining)]
    public static void Unzip(Pair<T> low, Pair<T> high, out Pair<T> a, out Pair<T> b)
    {
        Unzip(low, out var a0, out var b0);
        Unzip(high, out var a1, out var b1);
        a = new(a0, a1);
        b = new(b0, b1);
    }

    /// <summary>Evens and odds of each register side by side in 128-bit parts, then the parts in order.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Unzip(Pair<T> pairs, out Vector256<T> a, out Vector256<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<float> low = pairs.Low.AsSingle(), high = pairs.High.AsSingle();
            a = Avx2.Permute4x64(Avx.Shuffle(low, high, 0b_10_00_10_00).AsDouble(), 0b_11_01_10_00).As<double, T>();
            b = Avx2.Permute4x64(Avx.Shuffle(low, high, 0b_11_01_11_01).AsDouble(), 0b_11_01_10_00).As<double, T>();
        }
        else
        {
            Vector256<double> low = pairs.Low.AsDouble(), high = pairs.High.AsDouble();
            a = Avx2.Permute4x64(Avx.UnpackLow(low, high), 0b_11_01_10_00).As<double, T>();
            b = Avx2.Permute4x64(Avx.UnpackHigh(low, high), 0b_11_01_10_00).As<double, T>();
        }
    }

    public static void Transpose(T* source, nint sourceRow, T* target, nint targetRow)
    {
        var half = Half;
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 2; j++)
            {
                var from = source + (i * half * sourceRow) + (j * half);
                var to = target + (j * half * targetRow) + (i * half);
                if (typeof(T) == typeof(float)) TransposeSingles((float*)from, sourceRow, (float*)to, targetRow);
                else TransposeDoubles((double*)from, sourceRow, (double*)to, targetRow);
            }
        }
    }

    /// <summary>8×8: 4×4 transposes within 128-bit parts, then an exchange of the parts.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static void TransposeSingles(float* source, nint sourceRow, float* target, nint targetRow)
    {
        Quarter(source, sourceRow, out var a0, out var a1, out var a2, out var a3);
        Quarter(source + (4 * sourceRow), sourceRow, out var b0, out var b1, out var b2, out var b3);
        Parts(a0, b0, target, 4 * targetRow);
        Parts(a1, b1, target + targetRow, 4 * targetRow);
        Parts(a2, b2, target + (2 * targetRow), 4 * targetRow);
        Parts(a3, b3, target + (3 * targetRow), 4 * targetRow);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Quarter(
        float* source, nint row,
        out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + row);
        var r2 = Vector256.Load(source + (2 * row));
        var r3 = Vector256.Load(source + (3 * row));
        var low01 = Avx.UnpackLow(r0, r1).AsDouble();
        var high01 = Avx.UnpackHigh(r0, r1).AsDouble();
        var low23 = Avx.UnpackLow(r2, r3).AsDouble();
        var high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx.UnpackLow(low01, low23).AsSingle();
        c1 = Avx.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx.UnpackLow(high01, high23).AsSingle();
        c3 = Avx.UnpackHigh(high01, high23).AsSingle();
    }

    [MethodImpl(AggressiveInlining)]
    private static void Parts(Vector256<float> a, Vector256<float> b, float* target, nint row)
    {
        Avx.Permute2x128(a, b, 0x20).Store(target);
        Avx.Permute2x128(a, b, 0x31).Store(target + row);
    }

    [MethodImpl(AggressiveOptimization)]
    private static void TransposeDoubles(double* source, nint sourceRow, double* target, nint targetRow)
    {
        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + sourceRow);
        var r2 = Vector256.Load(source + (2 * sourceRow));
        var r3 = Vector256.Load(source + (3 * sourceRow));
        var even01 = Avx.UnpackLow(r0, r1);
        var odd01 = Avx.UnpackHigh(r0, r1);
        var even23 = Avx.UnpackLow(r2, r3);
        var odd23 = Avx.UnpackHigh(r2, r3);
        Avx.Permute2x128(even01, even23, 0x20).Store(target);
        Avx.Permute2x128(odd01, odd23, 0x20).Store(target + targetRow);
        Avx.Permute2x128(even01, even23, 0x31).Store(target + (2 * targetRow));
        Avx.Permute2x128(odd01, odd23, 0x31).Store(target + (3 * targetRow));
    }
}
