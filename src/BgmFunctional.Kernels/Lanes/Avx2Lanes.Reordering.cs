using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Lanes;

/// <content>Elements in another order.</content>
internal readonly unsafe partial struct Avx2Lanes<T>
{
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

    [MethodImpl(AggressiveInlining)]
    public static void Columns<S>(T* source, nint row, ref S taker)
        where S : struct, ITaker<Pair<T>>
    {
        if (typeof(T) == typeof(float))
        {
            EightSingles((float*)source, row, ref taker);
            EightSingles((float*)source + 8, row, ref taker);
        }
        else
        {
            FourDoubles((double*)source, row, ref taker);
            FourDoubles((double*)source + 4, row, ref taker);
        }
    }

    /// <summary>Eight columns: 4×4 transposes within 128-bit parts, then an exchange of the parts.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void EightSingles<S>(float* source, nint row, ref S taker)
        where S : struct, ITaker<Pair<T>>
    {
        Quarter(source, row, out var a0, out var a1, out var a2, out var a3);
        Quarter(source + (4 * row), row, out var b0, out var b1, out var b2, out var b3);
        Quarter(source + (8 * row), row, out var c0, out var c1, out var c2, out var c3);
        Quarter(source + (12 * row), row, out var d0, out var d1, out var d2, out var d3);
        taker.Take(Lower(a0, b0, c0, d0), Lower(a1, b1, c1, d1), Lower(a2, b2, c2, d2), Lower(a3, b3, c3, d3));
        taker.Take(Upper(a0, b0, c0, d0), Upper(a1, b1, c1, d1), Upper(a2, b2, c2, d2), Upper(a3, b3, c3, d3));
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

    /// <summary>Four columns.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void FourDoubles<S>(double* source, nint row, ref S taker)
        where S : struct, ITaker<Pair<T>>
    {
        Couple(source, row, out var a0, out var a1);
        Couple(source + (2 * row), row, out var b0, out var b1);
        Couple(source + (4 * row), row, out var c0, out var c1);
        Couple(source + (6 * row), row, out var d0, out var d1);
        taker.Take(Lower(a0, b0, c0, d0), Lower(a1, b1, c1, d1), Upper(a0, b0, c0, d0), Upper(a1, b1, c1, d1));
    }

    [MethodImpl(AggressiveInlining)]
    private static void Couple(double* source, nint row, out Vector256<double> even, out Vector256<double> odd)
    {
        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + row);
        even = Avx.UnpackLow(r0, r1);
        odd = Avx.UnpackHigh(r0, r1);
    }

    /// <summary>The lower 128-bit parts of four registers.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Pair<T> Lower<E>(Vector256<E> a, Vector256<E> b, Vector256<E> c, Vector256<E> d) => new(
        Avx.Permute2x128(a.AsSingle(), b.AsSingle(), 0x20).As<float, T>(), Avx.Permute2x128(c.AsSingle(), d.AsSingle(), 0x20).As<float, T>());

    /// <summary>The upper 128-bit parts of four registers.</summary>
    [MethodImpl(AggressiveInlining)]
    private static Pair<T> Upper<E>(Vector256<E> a, Vector256<E> b, Vector256<E> c, Vector256<E> d) => new(
        Avx.Permute2x128(a.AsSingle(), b.AsSingle(), 0x31).As<float, T>(), Avx.Permute2x128(c.AsSingle(), d.AsSingle(), 0x31).As<float, T>());
}
