using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Lanes;

/// <content>Elements in another order.</content>
internal readonly unsafe partial struct Avx512Lanes<T>
{
    [MethodImpl(AggressiveInlining)]
    public static void Zip(Vector512<T> a, Vector512<T> b, out Vector512<T> low, out Vector512<T> high)
    {
        if (typeof(T) == typeof(float))
        {
            var firsts = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            var lasts = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            low = Avx512F.PermuteVar16x32x2(a.AsInt32(), firsts, b.AsInt32()).As<int, T>();
            high = Avx512F.PermuteVar16x32x2(a.AsInt32(), lasts, b.AsInt32()).As<int, T>();
        }
        else
        {
            low = Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11), b.AsInt64()).As<long, T>();
            high = Avx512F.PermuteVar8x64x2(a.AsInt64(), Vector512.Create(4, 12, 5, 13, 6, 14, 7, 15), b.AsInt64()).As<long, T>();
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Unzip(Vector512<T> low, Vector512<T> high, out Vector512<T> a, out Vector512<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            var odds = Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            a = Avx512F.PermuteVar16x32x2(low.AsInt32(), evens, high.AsInt32()).As<int, T>();
            b = Avx512F.PermuteVar16x32x2(low.AsInt32(), odds, high.AsInt32()).As<int, T>();
        }
        else
        {
            a = Avx512F.PermuteVar8x64x2(low.AsInt64(), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14), high.AsInt64()).As<long, T>();
            b = Avx512F.PermuteVar8x64x2(low.AsInt64(), Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15), high.AsInt64()).As<long, T>();
        }
    }

    [MethodImpl(AggressiveInlining)]
    public static void Columns<S>(T* source, nint row, ref S taker)
        where S : struct, ITaker<Vector512<T>>
    {
        if (typeof(T) == typeof(float)) ColumnsOfSingles((float*)source, row, ref taker);
        else ColumnsOfDoubles((double*)source, row, ref taker);
    }

    /// <summary>Four 4×4 transposes of elements within 128-bit parts, then a 4×4 transpose of the parts.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void ColumnsOfSingles<S>(float* source, nint row, ref S taker)
        where S : struct, ITaker<Vector512<T>>
    {
        // Of quarter q (rows 4q … 4q + 3), part l of vector c holds column 4l + c.
        Quarter(source, row, out var a0, out var a1, out var a2, out var a3);
        Quarter(source + (4 * row), row, out var b0, out var b1, out var b2, out var b3);
        Quarter(source + (8 * row), row, out var c0, out var c1, out var c2, out var c3);
        Quarter(source + (12 * row), row, out var d0, out var d1, out var d2, out var d3);
        Parts(ref a0, ref b0, ref c0, ref d0);
        Parts(ref a1, ref b1, ref c1, ref d1);
        Parts(ref a2, ref b2, ref c2, ref d2);
        Parts(ref a3, ref b3, ref c3, ref d3);
        taker.Take(a0.As<float, T>(), a1.As<float, T>(), a2.As<float, T>(), a3.As<float, T>());
        taker.Take(b0.As<float, T>(), b1.As<float, T>(), b2.As<float, T>(), b3.As<float, T>());
        taker.Take(c0.As<float, T>(), c1.As<float, T>(), c2.As<float, T>(), c3.As<float, T>());
        taker.Take(d0.As<float, T>(), d1.As<float, T>(), d2.As<float, T>(), d3.As<float, T>());
    }

    [MethodImpl(AggressiveInlining)]
    private static void Quarter(
        float* source, nint row,
        out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3)
    {
        var r0 = Vector512.Load(source);
        var r1 = Vector512.Load(source + row);
        var r2 = Vector512.Load(source + (2 * row));
        var r3 = Vector512.Load(source + (3 * row));
        var low01 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var low23 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        c0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        c1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        c2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        c3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    [MethodImpl(AggressiveInlining)]
    private static void ColumnsOfDoubles<S>(double* source, nint row, ref S taker)
        where S : struct, ITaker<Vector512<T>>
    {
        Couple(source, row, out var a0, out var a1);
        Couple(source + (2 * row), row, out var b0, out var b1);
        Couple(source + (4 * row), row, out var c0, out var c1);
        Couple(source + (6 * row), row, out var d0, out var d1);
        Parts(ref a0, ref b0, ref c0, ref d0);
        Parts(ref a1, ref b1, ref c1, ref d1);
        taker.Take(a0.As<double, T>(), a1.As<double, T>(), b0.As<double, T>(), b1.As<double, T>());
        taker.Take(c0.As<double, T>(), c1.As<double, T>(), d0.As<double, T>(), d1.As<double, T>());
    }

    [MethodImpl(AggressiveInlining)]
    private static void Couple(double* source, nint row, out Vector512<double> even, out Vector512<double> odd)
    {
        var r0 = Vector512.Load(source);
        var r1 = Vector512.Load(source + row);
        even = Avx512F.UnpackLow(r0, r1);
        odd = Avx512F.UnpackHigh(r0, r1);
    }

    /// <summary>The 4×4 transpose of 128-bit parts.</summary>
    [MethodImpl(AggressiveInlining)]
    private static void Parts<E>(ref Vector512<E> a, ref Vector512<E> b, ref Vector512<E> c, ref Vector512<E> d)
    {
        var lowAb = Avx512F.Shuffle4x128(a.AsSingle(), b.AsSingle(), 0b_01_00_01_00);
        var highAb = Avx512F.Shuffle4x128(a.AsSingle(), b.AsSingle(), 0b_11_10_11_10);
        var lowCd = Avx512F.Shuffle4x128(c.AsSingle(), d.AsSingle(), 0b_01_00_01_00);
        var highCd = Avx512F.Shuffle4x128(c.AsSingle(), d.AsSingle(), 0b_11_10_11_10);
        a = Avx512F.Shuffle4x128(lowAb, lowCd, 0b_10_00_10_00).As<float, E>();
        b = Avx512F.Shuffle4x128(lowAb, lowCd, 0b_11_01_11_01).As<float, E>();
        c = Avx512F.Shuffle4x128(highAb, highCd, 0b_10_00_10_00).As<float, E>();
        d = Avx512F.Shuffle4x128(highAb, highCd, 0b_11_01_11_01).As<float, E>();
    }
}
