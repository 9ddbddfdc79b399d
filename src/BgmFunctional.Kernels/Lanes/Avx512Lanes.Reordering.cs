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

    public static void Transpose(T* source, nint sourceRow, T* target, nint targetRow)
    {
        if (typeof(T) == typeof(float)) TransposeSingles((float*)source, sourceRow, (float*)target, targetRow);
        else TransposeDoubles((double*)source, sourceRow, (double*)target, targetRow);
    }

    /// <summary>Four 4×4 transposes of elements within 128-bit parts, then a 4×4 transpose of the parts.</summary>
    [MethodImpl(AggressiveOptimization)]
    private static void TransposeSingles(float* source, nint sourceRow, float* target, nint targetRow)
    {
        // Of quarter q (rows 4q … 4q + 3), part l of vector c holds column 4l + c.
        Quarter(source, sourceRow, out var a0, out var a1, out var a2, out var a3);
        Quarter(source + (4 * sourceRow), sourceRow, out var b0, out var b1, out var b2, out var b3);
        Quarter(source + (8 * sourceRow), sourceRow, out var c0, out var c1, out var c2, out var c3);
        Quarter(source + (12 * sourceRow), sourceRow, out var d0, out var d1, out var d2, out var d3);
        Parts(a0, b0, c0, d0, target, 4 * targetRow);
        Parts(a1, b1, c1, d1, target + targetRow, 4 * targetRow);
        Parts(a2, b2, c2, d2, target + (2 * targetRow), 4 * targetRow);
        Parts(a3, b3, c3, d3, target + (3 * targetRow), 4 * targetRow);
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
    private static void Parts(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, nint row)
    {
        var lowAb = Avx512F.Shuffle4x128(a, b, 0b_01_00_01_00);
        var highAb = Avx512F.Shuffle4x128(a, b, 0b_11_10_11_10);
        var lowCd = Avx512F.Shuffle4x128(c, d, 0b_01_00_01_00);
        var highCd = Avx512F.Shuffle4x128(c, d, 0b_11_10_11_10);
        Avx512F.Shuffle4x128(lowAb, lowCd, 0b_10_00_10_00).Store(target);
        Avx512F.Shuffle4x128(lowAb, lowCd, 0b_11_01_11_01).Store(target + row);
        Avx512F.Shuffle4x128(highAb, highCd, 0b_10_00_10_00).Store(target + (2 * row));
        Avx512F.Shuffle4x128(highAb, highCd, 0b_11_01_11_01).Store(target + (3 * row));
    }

    [MethodImpl(AggressiveOptimization)]
    private static void TransposeDoubles(double* source, nint sourceRow, double* target, nint targetRow)
    {
        Pair(source, sourceRow, out var a0, out var a1);
        Pair(source + (2 * sourceRow), sourceRow, out var b0, out var b1);
        Pair(source + (4 * sourceRow), sourceRow, out var c0, out var c1);
        Pair(source + (6 * sourceRow), sourceRow, out var d0, out var d1);
        Parts(a0, b0, c0, d0, target, 2 * targetRow);
        Parts(a1, b1, c1, d1, target + targetRow, 2 * targetRow);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Pair(double* source, nint row, out Vector512<double> even, out Vector512<double> odd)
    {
        var r0 = Vector512.Load(source);
        var r1 = Vector512.Load(source + row);
        even = Avx512F.UnpackLow(r0, r1);
        odd = Avx512F.UnpackHigh(r0, r1);
    }

    [MethodImpl(AggressiveInlining)]
    private static void Parts(
        Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, double* target, nint row)
    {
        var lowAb = Avx512F.Shuffle4x128(a, b, 0b_01_00_01_00);
        var highAb = Avx512F.Shuffle4x128(a, b, 0b_11_10_11_10);
        var lowCd = Avx512F.Shuffle4x128(c, d, 0b_01_00_01_00);
        var highCd = Avx512F.Shuffle4x128(c, d, 0b_11_10_11_10);
        Avx512F.Shuffle4x128(lowAb, lowCd, 0b_10_00_10_00).Store(target);
        Avx512F.Shuffle4x128(lowAb, lowCd, 0b_11_01_11_01).Store(target + row);
        Avx512F.Shuffle4x128(highAb, highCd, 0b_10_00_10_00).Store(target + (2 * row));
        Avx512F.Shuffle4x128(highAb, highCd, 0b_11_01_11_01).Store(target + (3 * row));
    }
}
