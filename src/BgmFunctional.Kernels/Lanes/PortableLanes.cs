using System.Numerics;
using System.Runtime.CompilerServices;

namespace BgmFunctional.Kernels.Lanes;

/// <summary>Storage of one 512-bit vector.</summary>
[InlineArray(8)]
internal struct Bits512
{
    private ulong field;
}

/// <summary>Scalar code, one lane after another; no vector instructions are assumed.</summary>
internal readonly unsafe struct PortableLanes<T> : ILanes<Bits512, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int Count => Lane<T>.Count;

    public static Isa Isa => Isa.Portable;

    public static int TileVectors => 1;

    private static T AllSet => sizeof(T) == 4 ? OfBits(uint.MaxValue) : OfBits(ulong.MaxValue);

    private static ulong ToBits(T x) => sizeof(T) == 4 ? Unsafe.BitCast<T, uint>(x) : Unsafe.BitCast<T, ulong>(x);

    private static T OfBits(ulong bits) => sizeof(T) == 4 ? Unsafe.BitCast<uint, T>((uint)bits) : Unsafe.BitCast<ulong, T>(bits);

    private static long ToSignedBits(T x) => sizeof(T) == 4 ? Unsafe.BitCast<T, int>(x) : Unsafe.BitCast<T, long>(x);

    public static Bits512 Load(T* source) => Unsafe.ReadUnaligned<Bits512>(source);

    public static void Store(Bits512 value, T* target) => Unsafe.WriteUnaligned(target, value);

    public static Bits512 LoadPartial(T* source, int count)
    {
        Bits512 r = default;
        var y = (T*)&r;
        for (var i = 0; i < count; i++) y[i] = source[i];
        return r;
    }

    public static void StorePartial(Bits512 value, T* target, int count)
    {
        var x = (T*)&value;
        for (var i = 0; i < count; i++) target[i] = x[i];
    }

    public static Bits512 Create(T value)
    {
        Bits512 r;
        var y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = value;
        return r;
    }

    public static Bits512 Constant(double value) =>
        sizeof(T) == 4 ? Create(Unsafe.BitCast<float, T>((float)value)) : Create(Unsafe.BitCast<double, T>(value));

    public static Bits512 CreateBits(ulong pattern)
    {
        Bits512 r;
        var y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = pattern;
        return r;
    }

    public static T First(Bits512 value) => *(T*)&value;

    public static Bits512 MoveUpper(Bits512 value, int bytes)
    {
        var y = (byte*)&value;
        Unsafe.CopyBlock(y, y + bytes, (uint)bytes);
        return value;
    }

    public static Bits512 Add(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] + z[i];
        return r;
    }

    public static Bits512 Subtract(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] - z[i];
        return r;
    }

    public static Bits512 Multiply(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] * z[i];
        return r;
    }

    public static Bits512 Divide(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] / z[i];
        return r;
    }

    public static Bits512 Fma(Bits512 a, Bits512 b, Bits512 c)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, w = (T*)&c, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = T.FusedMultiplyAdd(x[i], z[i], w[i]);
        return r;
    }

    public static Bits512 Sqrt(Bits512 a)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = T.Sqrt(x[i]);
        return r;
    }

    public static Bits512 Floor(Bits512 a)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = T.Floor(x[i]);
        return r;
    }

    public static Bits512 Min(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] < z[i] ? x[i] : z[i];
        return r;
    }

    public static Bits512 Max(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] > z[i] ? x[i] : z[i];
        return r;
    }

    public static Bits512 Greater(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] > z[i] ? AllSet : T.Zero;
        return r;
    }

    public static Bits512 GreaterOrEqual(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] >= z[i] ? AllSet : T.Zero;
        return r;
    }

    public static Bits512 Equal(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = x[i] == z[i] ? AllSet : T.Zero;
        return r;
    }

    public static Bits512 Select(Bits512 mask, Bits512 a, Bits512 b) => Or(And(mask, a), AndNot(mask, b));

    public static bool Any(Bits512 mask)
    {
        var x = (ulong*)&mask;
        var any = 0ul;
        for (var i = 0; i < 8; i++) any |= x[i];
        return any != 0;
    }

    public static Bits512 And(Bits512 a, Bits512 b)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, z = (ulong*)&b, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] & z[i];
        return r;
    }

    public static Bits512 Or(Bits512 a, Bits512 b)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, z = (ulong*)&b, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] | z[i];
        return r;
    }

    public static Bits512 Xor(Bits512 a, Bits512 b)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, z = (ulong*)&b, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] ^ z[i];
        return r;
    }

    public static Bits512 AndNot(Bits512 mask, Bits512 a)
    {
        Bits512 r;
        ulong* m = (ulong*)&mask, x = (ulong*)&a, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = ~m[i] & x[i];
        return r;
    }

    public static Bits512 AddBits(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = OfBits(ToBits(x[i]) + ToBits(z[i]));
        return r;
    }

    public static Bits512 SubtractBits(Bits512 a, Bits512 b)
    {
        Bits512 r;
        T* x = (T*)&a, z = (T*)&b, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = OfBits(ToBits(x[i]) - ToBits(z[i]));
        return r;
    }

    public static Bits512 ShiftLeft(Bits512 a, int count)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = OfBits(ToBits(x[i]) << count);
        return r;
    }

    public static Bits512 ShiftRight(Bits512 a, int count)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = OfBits((ulong)(ToSignedBits(x[i]) >> count));
        return r;
    }

    public static Bits512 ShiftRightLogical(Bits512 a, int count)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = OfBits(ToBits(x[i]) >> count);
        return r;
    }

    public static Bits512 FromIntegerBits(Bits512 a)
    {
        Bits512 r;
        T* x = (T*)&a, y = (T*)&r;
        for (var i = 0; i < Count; i++) y[i] = T.CreateTruncating(ToSignedBits(x[i]));
        return r;
    }

    public static Bits512 MultiplyWide(Bits512 a, Bits512 b)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, z = (ulong*)&b, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = (x[i] & uint.MaxValue) * (z[i] & uint.MaxValue);
        return r;
    }

    public static Bits512 ShiftRightWide(Bits512 a, int count)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] >> count;
        return r;
    }

    public static Bits512 ShiftLeftWide(Bits512 a, int count)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] << count;
        return r;
    }

    public static Bits512 AddWide(Bits512 a, Bits512 b)
    {
        Bits512 r;
        ulong* x = (ulong*)&a, z = (ulong*)&b, y = (ulong*)&r;
        for (var i = 0; i < 8; i++) y[i] = x[i] + z[i];
        return r;
    }

    public static void Zip(Bits512 a, Bits512 b, out Bits512 low, out Bits512 high)
    {
        var y = stackalloc T[2 * Count];
        T* x = (T*)&a, z = (T*)&b;
        for (var i = 0; i < Count; i++)
        {
            y[2 * i] = x[i];
            y[(2 * i) + 1] = z[i];
        }

        low = Load(y);
        high = Load(y + Count);
    }

    public static void Unzip(Bits512 low, Bits512 high, out Bits512 a, out Bits512 b)
    {
        var pairs = stackalloc T[2 * Count];
        var y = stackalloc T[2 * Count];
        Store(low, pairs);
        Store(high, pairs + Count);
        for (var i = 0; i < Count; i++)
        {
            y[i] = pairs[2 * i];
            y[Count + i] = pairs[(2 * i) + 1];
        }

        a = Load(y);
        b = Load(y + Count);
    }

    public static void Columns<S>(T* source, nint row, ref S taker)
        where S : struct, ITaker<Bits512>
    {
        for (nint j = 0; j < Count; j += 4)
        {
            taker.Take(Column(source + j, row), Column(source + j + 1, row), Column(source + j + 2, row), Column(source + j + 3, row));
        }
    }

    private static Bits512 Column(T* source, nint row)
    {
        Bits512 r;
        var y = (T*)&r;
        for (nint i = 0; i < Count; i++) y[i] = source[i * row];
        return r;
    }
}
