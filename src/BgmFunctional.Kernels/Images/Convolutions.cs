using System.Numerics;
using System.Runtime.CompilerServices;
using BgmFunctional.Kernels.Lanes;
using BgmFunctional.Kernels.Products;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace BgmFunctional.Kernels.Images;

/// <summary>
/// The three products of a convolution: outputs = patches·weights, images = fold(outputs·weightsᵀ), weights = patchesᵀ·outputs. The matrix of
/// patches is many times as large as the images, so it is read as windows on these, or made a few rows at a time, which stay in the cache.
/// </summary>
internal static unsafe class Convolutions<L, V, T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(AggressiveOptimization)]
    internal static void Outputs(in Convolution shape, T* images, T* weights, T* bias, double slope, T* outputs)
    {
        if (shape.Rows == 0) return;
        if (shape.IsUnfolded)
        {
            var tile = new Tile(shape);
            for (var first = 0; first < shape.Rows; first += tile.Rows)
            {
                var rows = tile.From(first);
                Product<L, V, T>.Run(
                    rows, shape.Filters, shape.Patch, tile.Unfold(images, first, rows), Weights(shape, weights), bias, slope,
                    outputs + ((nint)first * shape.Filters), tile.Workspace);
            }

            return;
        }

        var frames = new Frames<L, V, T>(shape);
        for (var first = 0; first < shape.Rows; first += frames.Rows)
        {
            var rows = frames.From(first);
            Product<L, V, T>.Run(
                rows, shape.Filters, shape.Patch, frames.Windows(images, first, rows), Weights(shape, weights), bias, slope,
                outputs + ((nint)first * shape.Filters), frames.Workspace);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void Weights(in Convolution shape, T* images, T* outputs, T* weights)
    {
        new Span<T>(weights, (int)shape.WeightLength).Clear();
        if (shape.Rows == 0) return;
        if (shape.IsUnfolded)
        {
            var tile = new Tile(shape);
            for (var first = 0; first < shape.Rows; first += tile.Rows)
            {
                var rows = tile.From(first);
                Product<L, V, T>.Add(
                    shape.Patch, shape.Filters, rows, tile.Unfold(images, first, rows).Transposed, Outputs(shape, outputs, first, rows), weights,
                    tile.Workspace);
            }

            return;
        }

        var frames = new Frames<L, V, T>(shape);
        for (var first = 0; first < shape.Rows; first += frames.Rows)
        {
            var rows = frames.From(first);
            Product<L, V, T>.Add(
                shape.Patch, shape.Filters, rows, frames.Windows(images, first, rows).Transposed, Outputs(shape, outputs, first, rows), weights,
                frames.Workspace);
        }
    }

    [MethodImpl(AggressiveOptimization)]
    internal static void Images(in Convolution shape, T* outputs, T* weights, T* images)
    {
        if (!shape.IsPointwise) new Span<T>(images, (int)shape.ImageLength).Clear();
        if (shape.Rows == 0) return;
        if (shape.HasShortRuns)
        {
            var shifts = new Shifts<L, V, T>(shape);
            for (var image = 0; image < shape.Images; image++)
            {
                shifts.Fold(outputs, Weights(shape, weights), images);
                outputs += (nint)shape.OutHeight * shape.OutWidth * shape.Filters;
                images += (nint)shape.Height * shape.Width * shape.Channels;
            }

            return;
        }

        var tile = new Tile(shape);
        for (var first = 0; first < shape.Rows; first += tile.Rows)
        {
            var rows = tile.From(first);
            var patches = shape.IsPointwise ? images : tile.Patches;
            Product<L, V, T>.Run(
                rows, shape.Patch, shape.Filters, Outputs(shape, outputs, first, rows), Weights(shape, weights).Transposed, bias: null,
                slope: 1, patches, tile.Workspace);
            if (!shape.IsPointwise) Patches<L, V, T>.Fold(shape, patches, first, rows, images);
        }
    }

    private static Matrix<T> Weights(in Convolution shape, T* weights) => new(weights, (nint)shape.WeightLength, shape.Filters, 1);

    private static Matrix<T> Outputs(in Convolution shape, T* outputs, int first, int rows) =>
        new(outputs + ((nint)first * shape.Filters), (nint)rows * shape.Filters, shape.Filters, 1);

    /// <summary>A few rows of the matrix of patches at a time, and memory for a product with them.</summary>
    private readonly ref struct Tile
    {
        /// <summary>Bytes of patches at a time: a part of the second-level cache that leaves room for the weights.</summary>
        private const int Size = 1 << 18;

        private readonly ref readonly Convolution shape;

        internal Tile(in Convolution shape)
        {
            this.shape = ref shape;

            // Products go by four rows at a time. Patches of one pixel are the images themselves, all at once.
            Rows = shape.IsPointwise ? int.Max(1, shape.Rows) : int.Max(4, (Size / sizeof(T) / int.Max(1, shape.Patch)) & ~3);
            nint length = shape.IsPointwise ? 0 : (nint)Rows * shape.Patch;
            Workspace = Scratch.Request<T>(Product<L, V, T>.Workspace + length);
            Patches = Workspace + Product<L, V, T>.Workspace;
        }

        /// <summary>Rows at a time.</summary>
        internal int Rows { get; }

        internal T* Workspace { get; }

        internal T* Patches { get; }

        /// <summary>The rows of the tile that begins with a row.</summary>
        internal int From(int first) => int.Min(Rows, shape.Rows - first);

        /// <summary>The patches of some rows.</summary>
        internal Matrix<T> Unfold(T* images, int first, int rows)
        {
            nint patch = shape.Patch;
            if (shape.IsPointwise) return new(images + (first * patch), rows * patch, patch, 1);
            Patches<L, V, T>.Unfold(shape, images, first, rows, Patches);
            return new(Patches, rows * patch, patch, 1);
        }
    }
}
