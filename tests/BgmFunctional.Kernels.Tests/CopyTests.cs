using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class CopyTests
{
    /// <summary>A view: a shape, an order of its axes in memory, and which of them are reversed or repeated.</summary>
    public sealed record View(int[] Shape, int[] Strides, int Offset, int Length);

    private static readonly Gen<View> Views =
        from rank in Gen.Choose(0, 4)
        from shape in Gen.Choose(0, 40).ArrayOf(rank)
        from order in Gen.Shuffle(Enumerable.Range(0, rank).ToArray())
        from kinds in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(1)), (1, Gen.Constant(2))).ArrayOf(rank)
        from gap in Gen.Choose(1, 2)
        select Make(Bounded(shape), order, kinds, gap);

    [Fact]
    public void Strided_copy_is_the_scalar_loop() => ForAll(
        Views,
        view =>
        {
            var x = Values<double>(1, view.Length);
            var expected = Offsets(view).Select(i => x[i]).ToArray();
            foreach (var isa in Isas)
            {
                var y = Guarded(expected.Length, 1.5);
                Kernels<double>.For(isa).CopyStrided(view.Shape, view.Strides, view.Offset, x, y.AsSpan(0, expected.Length));
                AssertSame<double>([.. expected, .. Enumerable.Repeat(1.5, 32)], y, $"{isa}");
            }
        },
        200);

    [Fact]
    public void Copy_to_strided_is_the_scalar_loop() => ForAll(
        Views.Where(view => !view.Strides.Contains(0)),
        view =>
        {
            var offsets = Offsets(view).ToArray();
            var x = Values<float>(2, offsets.Length);
            var expected = Guarded(view.Length, 1.5f);
            for (var i = 0; i < offsets.Length; i++) expected[offsets[i]] = x[i];
            foreach (var isa in Isas)
            {
                var y = Guarded(view.Length, 1.5f);
                Kernels<float>.For(isa).CopyToStrided(view.Shape, view.Strides, view.Offset, x, y.AsSpan(0, view.Length));
                AssertSame<float>(expected, y, $"{isa}");
            }
        },
        200);

    [Fact]
    public void Repeated_rows_and_columns_are_outer_products_with_ones()
    {
        foreach (var isa in Isas)
        {
            var kernels = Kernels<float>.For(isa);
            float[] three = [1, 2, 3], two = [4, 5];
            var y = new float[6];
            kernels.RepeatRow(2, 3, three, y);
            Assert.Equal([1, 2, 3, 1, 2, 3], y);
            kernels.RepeatColumn(2, 3, two, y);
            Assert.Equal([4, 4, 4, 5, 5, 5], y);
        }
    }

    [Fact]
    public void Scatter_adds_what_gather_takes()
    {
        int[] indices = [3, 0, 3, 2, 3];
        foreach (var columns in Lengths)
        {
            var x = Values<float>(columns, 4 * columns);
            var gathered = indices.SelectMany(i => x.Skip(i * columns).Take(columns)).ToArray();
            var added = Values<float>(columns + 1, 4 * columns);
            var expected = added.ToArray();
            for (var i = 0; i < indices.Length; i++)
            {
                for (var j = 0; j < columns; j++) expected[(indices[i] * columns) + j] += gathered[(i * columns) + j];
            }

            foreach (var isa in Isas)
            {
                var y = new float[indices.Length * columns];
                Kernels<float>.For(isa).GatherRows(columns, x, indices, y);
                AssertSame<float>(gathered, y, $"gather {isa} {columns}");
                var z = added.ToArray();
                Kernels<float>.For(isa).ScatterAddRows(columns, y, indices, z);
                AssertSame<float>(expected, z, $"scatter {isa} {columns}");
            }
        }
    }

    /// <summary>At most some thousand elements.</summary>
    private static int[] Bounded(int[] shape) => shape.Length > 2 ? [.. shape.Select(size => size % 9)] : shape;

    private static View Make(int[] shape, int[] order, int[] kinds, int gap)
    {
        var strides = new int[shape.Length];
        var length = gap;
        foreach (var axis in order)
        {
            strides[axis] = length;
            length *= Math.Max(shape[axis], 1);
        }

        var offset = 0;
        for (var i = 0; i < shape.Length; i++)
        {
            if (kinds[i] == 1)
            {
                offset += Math.Max(shape[i] - 1, 0) * strides[i];
                strides[i] = -strides[i];
            }
            else if (kinds[i] == 2)
            {
                strides[i] = 0;
            }
        }

        return new View(shape, strides, offset, length);
    }

    private static IEnumerable<int> Offsets(View view)
    {
        IEnumerable<int> offsets = [view.Offset];
        for (var axis = 0; axis < view.Shape.Length; axis++)
        {
            var (size, stride) = (view.Shape[axis], view.Strides[axis]);
            offsets = offsets.SelectMany(start => Enumerable.Range(0, size).Select(i => start + (i * stride)));
        }

        return offsets;
    }
}
