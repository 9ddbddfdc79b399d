using System.Numerics;
using BgmFunctional.Kernels.Axes;
using BgmFunctional.Kernels.Images;
using BgmFunctional.Kernels.Lanes;
using BgmFunctional.Kernels.Maps;
using BgmFunctional.Kernels.Polynomials;
using BgmFunctional.Kernels.Products;
using BgmFunctional.Kernels.Streams;

namespace BgmFunctional.Kernels;

/// <summary>The kernels on one kind of lanes: checks lengths, pins the spans and runs the loop.</summary>
internal sealed unsafe class KernelSet<L, V, T> : Kernels<T>
    where L : struct, ILanes<V, T>
    where V : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Isa Isa => L.Isa;

    public override void MatMul(
        int m, int n, int k,
        ReadOnlySpan<T> a, int aRow, int aColumn,
        ReadOnlySpan<T> b, int bRow, int bColumn,
        ReadOnlySpan<T> bias, Activation activation, Span<T> c)
    {
        Check.Size(m);
        Check.Size(n);
        Check.Size(k);
        Check.Strided(a.Length, m, aRow, k, aColumn, nameof(a));
        Check.Strided(b.Length, k, bRow, n, bColumn, nameof(b));
        if (!bias.IsEmpty) Check.Length(bias.Length, n, nameof(bias));
        Check.Length(c.Length, (long)m * n, nameof(c));
        if (m == 0 || n == 0) return;
        fixed (T* pa = a, pb = b, pbias = bias, pc = c)
        {
            var workspace = Scratch.Request<T>(Product<L, V, T>.Workspace);
            Product<L, V, T>.Run(
                m, n, k, new Matrix<T>(pa, a.Length, aRow, aColumn), new(pb, b.Length, bRow, bColumn), pbias, activation.Slope, pc, workspace);
        }
    }

    public override void Convolve(
        in Convolution shape, ReadOnlySpan<T> images, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Activation activation,
        Span<T> outputs)
    {
        Check.Convolution(shape, images.Length, weights.Length, outputs.Length);
        if (!bias.IsEmpty) Check.Length(bias.Length, shape.Filters, nameof(bias));
        fixed (T* pimages = images, pweights = weights, pbias = bias, poutputs = outputs)
        {
            Convolutions<L, V, T>.Outputs(shape, pimages, pweights, pbias, activation.Slope, poutputs);
        }
    }

    public override void ConvolveImages(
        in Convolution shape, ReadOnlySpan<T> outputs, ReadOnlySpan<T> weights, Span<T> images)
    {
        Check.Convolution(shape, images.Length, weights.Length, outputs.Length);
        fixed (T* poutputs = outputs, pweights = weights, pimages = images)
        {
            Convolutions<L, V, T>.Images(shape, poutputs, pweights, pimages);
        }
    }

    public override void ConvolveWeights(
        in Convolution shape, ReadOnlySpan<T> images, ReadOnlySpan<T> outputs, Span<T> weights)
    {
        Check.Convolution(shape, images.Length, weights.Length, outputs.Length);
        fixed (T* pimages = images, poutputs = outputs, pweights = weights)
        {
            Convolutions<L, V, T>.Weights(shape, pimages, poutputs, pweights);
        }
    }

    public override void Map(UnaryOp op, ReadOnlySpan<T> x, Span<T> y)
    {
        Check.Equal(x.Length, y.Length, nameof(x));
        fixed (T* px = x, py = y) MapTable<L, V, T>.Run(op, px, py, y.Length);
    }

    public override void Map(BinaryOp op, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        Check.Equal(a.Length, y.Length, nameof(a));
        Check.Equal(b.Length, y.Length, nameof(b));
        fixed (T* pa = a, pb = b, py = y) MapTable<L, V, T>.Run(op, pa, pb, py, y.Length);
    }

    public override void Map(BinaryOp op, ReadOnlySpan<T> a, T b, Span<T> y)
    {
        Check.Equal(a.Length, y.Length, nameof(a));
        fixed (T* pa = a, py = y) MapTable<L, V, T>.Run(op, pa, b, py, y.Length);
    }

    public override void Map(BinaryOp op, T a, ReadOnlySpan<T> b, Span<T> y)
    {
        Check.Equal(b.Length, y.Length, nameof(b));
        fixed (T* pb = b, py = y) MapTable<L, V, T>.Run(op, a, pb, py, y.Length);
    }

    public override void Select(ReadOnlySpan<T> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        Check.Equal(condition.Length, y.Length, nameof(condition));
        Check.Equal(a.Length, y.Length, nameof(a));
        Check.Equal(b.Length, y.Length, nameof(b));
        fixed (T* pcondition = condition, pa = a, pb = b, py = y)
        {
            MapLoops<L, V, T>.Ternary<Operators<L, V, T>.Select>(pcondition, pa, pb, py, y.Length);
        }
    }

    public override void MultiplyAdd(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, Span<T> y)
    {
        Check.Equal(a.Length, y.Length, nameof(a));
        Check.Equal(b.Length, y.Length, nameof(b));
        Check.Equal(c.Length, y.Length, nameof(c));
        fixed (T* pa = a, pb = b, pc = c, py = y)
        {
            MapLoops<L, V, T>.Ternary<Operators<L, V, T>.MultiplyAdd>(pa, pb, pc, py, y.Length);
        }
    }

    public override void Reduce(ReduceOp op, int outer, int n, int inner, ReadOnlySpan<T> x, Span<T> y)
    {
        Check.Size(outer);
        Check.Size(n);
        Check.Size(inner);
        Check.Length(x.Length, (long)outer * n * inner, nameof(x));
        Check.Length(y.Length, (long)outer * inner, nameof(y));
        fixed (T* px = x, py = y) Reductions<L, V, T>.Run(op, outer, n, inner, px, py);
    }

    public override void RepeatRow(int rows, int columns, ReadOnlySpan<T> row, Span<T> y)
    {
        Check.Size(rows);
        Check.Size(columns);
        Check.Length(row.Length, columns, nameof(row));
        Check.Length(y.Length, (long)rows * columns, nameof(y));
        fixed (T* prow = row, py = y) RowCopies<L, V, T>.RepeatRow(rows, columns, prow, py);
    }

    public override void RepeatColumn(int rows, int columns, ReadOnlySpan<T> column, Span<T> y)
    {
        Check.Size(rows);
        Check.Size(columns);
        Check.Length(column.Length, rows, nameof(column));
        Check.Length(y.Length, (long)rows * columns, nameof(y));
        fixed (T* pcolumn = column, py = y) RowCopies<L, V, T>.RepeatColumn(rows, columns, pcolumn, py);
    }

    public override void CopyStrided(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int offset, ReadOnlySpan<T> x, Span<T> y)
    {
        var count = Check.Strided(x.Length, shape, strides, offset, nameof(x));
        Check.Length(y.Length, count, nameof(y));
        if (count == 0) return;
        fixed (T* px = x, py = y) Strided<L, V, T>.Copy(shape, strides, px + offset, py);
    }

    public override void CopyToStrided(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int offset, ReadOnlySpan<T> x, Span<T> y)
    {
        var count = Check.Strided(y.Length, shape, strides, offset, nameof(y));
        Check.Length(x.Length, count, nameof(x));
        if (count == 0) return;
        fixed (T* px = x, py = y) Strided<L, V, T>.CopyTo(shape, strides, px, py + offset);
    }

    public override void GatherRows(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, Span<T> y)
    {
        Check.Size(columns);
        Check.Length(y.Length, (long)columns * indices.Length, nameof(y));
        fixed (T* py = y) RowCopies<L, V, T>.Gather(columns, x, indices, py);
    }

    public override void ScatterAddRows(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, Span<T> y)
    {
        Check.Size(columns);
        Check.Length(x.Length, (long)columns * indices.Length, nameof(x));
        RowCopies<L, V, T>.ScatterAdd(columns, x, indices, y);
    }

    public override void Random(Draw draw, Key key, long start, Span<T> y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        fixed (T* py = y) Draws<L, V, T>.Run(draw, key, start, py, y.Length);
    }

    public override void Bernstein(int degree, ReadOnlySpan<T> t, Span<T> basis, Span<T> slope)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        Check.Length(basis.Length, (degree + 1L) * t.Length, nameof(basis));
        Check.Length(slope.Length, (degree + 1L) * t.Length, nameof(slope));
        fixed (T* pt = t, pbasis = basis, pslope = slope) BernsteinBasis<L, V, T>.Run(degree, t.Length, pt, pbasis, pslope);
    }

    public override void BernsteinInverse(int degree, ReadOnlySpan<T> control, ReadOnlySpan<T> u, Span<T> t)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree);
        var isShared = control.Length == degree + 1L;
        if (!isShared) Check.Length(control.Length, (degree + 1L) * u.Length, nameof(control));
        Check.Equal(u.Length, t.Length, nameof(u));
        fixed (T* pcontrol = control, pu = u, pt = t)
        {
            BernsteinRoots<L, V, T>.Run(degree, u.Length, pcontrol, isShared, pu, pt);
        }
    }
}
