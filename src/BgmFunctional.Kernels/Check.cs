using System.Runtime.CompilerServices;

namespace BgmFunctional.Kernels;

/// <summary>Lengths, sizes and strides of the arguments of kernels.</summary>
internal static class Check
{
    /// <summary>A size must not be negative.</summary>
    internal static void Size(int size, [CallerArgumentExpression(nameof(size))] string name = "") =>
        ArgumentOutOfRangeException.ThrowIfNegative(size, name);

    /// <summary>A span must hold what its shape says; it may be longer.</summary>
    internal static void Length(int length, long needed, string name)
    {
        if (length < needed) TooShort(length, needed, name);
    }

    /// <summary>The operands of a map are as long as its result.</summary>
    internal static void Equal(int length, int result, string name)
    {
        if (length != result) NotEqual(length, result, name);
    }

    /// <summary>Every element of a strided matrix must lie in its span.</summary>
    internal static void Strided(int length, int rows, int row, int columns, int column, string name)
    {
        if (rows == 0 || columns == 0) return;
        var toLastRow = (rows - 1L) * row;
        var toLastColumn = (columns - 1L) * column;
        Reach(length, Math.Min(toLastRow, 0) + Math.Min(toLastColumn, 0), Math.Max(toLastRow, 0) + Math.Max(toLastColumn, 0), name);
    }

    /// <summary>Every element of a strided array must lie in its span.</summary>
    /// <returns>The number of elements.</returns>
    internal static long Strided(int length, ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int offset, string name)
    {
        if (shape.Length != strides.Length)
        {
            throw new ArgumentException($"The shape has {shape.Length} axes, but there are {strides.Length} strides.", nameof(strides));
        }

        long count = 1, lowest = offset, highest = offset;
        for (var i = 0; i < shape.Length; i++)
        {
            Size(shape[i], nameof(shape));
            count *= shape[i];
            var toLast = (shape[i] - 1L) * strides[i];
            lowest += Math.Min(toLast, 0);
            highest += Math.Max(toLast, 0);
        }

        if (count > 0) Reach(length, lowest, highest, name);
        return count;
    }

    /// <summary>The sizes of a convolution make sense, and every span holds what they say.</summary>
    internal static void Convolution(in Convolution shape, int images, int weights, int outputs)
    {
        Size(shape.Images);
        Size(shape.Height);
        Size(shape.Width);
        Size(shape.Channels);
        Size(shape.KernelHeight);
        Size(shape.KernelWidth);
        Size(shape.OutHeight);
        Size(shape.OutWidth);
        Size(shape.Filters);
        Size(shape.Top);
        Size(shape.Left);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape.Stride);
        Length(images, shape.ImageLength, nameof(images));
        Length(weights, shape.WeightLength, nameof(weights));
        Length(outputs, shape.OutputLength, nameof(outputs));
    }

    private static void Reach(int length, long lowest, long highest, string name)
    {
        if (lowest < 0) throw new ArgumentException($"The strides reach element {lowest} of {name}, before its start.", name);
        if (highest >= length) TooShort(length, highest + 1, name);
    }

    private static void NotEqual(int length, int result, string name) =>
        throw new ArgumentException($"{name} has {length} elements, the result {result}; they must be equally long.", name);

    private static void TooShort(int length, long needed, string name) =>
        throw new ArgumentException($"{name} has {length} elements, but its shape and strides need {needed}.", name);
}
