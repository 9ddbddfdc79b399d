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
