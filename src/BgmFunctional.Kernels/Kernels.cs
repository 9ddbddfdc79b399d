using System.Numerics;

namespace BgmFunctional.Kernels;

/// <summary>
/// The loops under everything else, on spans of one element type. Vectors have 16 float32 or 8 float64 lanes on every
/// processor, each accumulation has one fixed order and every multiply-add is fused, so <see cref="Isa.Avx512"/>,
/// <see cref="Isa.Avx2"/> and <see cref="Isa.Portable"/> give the same bits (the sign and payload of a NaN aside). Elementary
/// functions are within 3 ulp in float and 4 ulp in double. Spans must not overlap unless they are the same span, which elementwise
/// kernels allow. A span may be longer than its shape; those of elementwise maps must be equally long. Lengths that do not fit are
/// refused by an <see cref="ArgumentException"/> that names the span, what it has and what it needs. Nothing here allocates once a
/// thread's packing buffer is warm.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class Kernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The kernels for the best instruction set of this processor.</summary>
    public static Kernels<T> Best { get; } = For(IsaSupport.Best);

    /// <summary>The kernels for one instruction set.</summary>
    /// <exception cref="PlatformNotSupportedException">This processor lacks it.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Kernels<T> For(Isa isa) => KernelSets.Create<T>(isa);

    /// <summary>The instruction set in use.</summary>
    public abstract Isa Isa { get; }

    /// <summary>
    /// C = activation(A·B + bias), C (m, n) contiguous, A (m, k) and B (k, n) with any strides, so all transposition forms.
    /// Each element accumulates over k in increasing order by fused multiply-adds that start from its bias (or 0).
    /// </summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Inner dimension; 0 leaves activation(bias).</param>
    /// <param name="a">A, element (i, p) at i·aRow + p·aColumn.</param>
    /// <param name="aRow">Distance between rows of A.</param>
    /// <param name="aColumn">Distance between columns of A.</param>
    /// <param name="b">B, element (p, j) at p·bRow + j·bColumn.</param>
    /// <param name="bRow">Distance between rows of B.</param>
    /// <param name="bColumn">Distance between columns of B.</param>
    /// <param name="bias">n values added to every row, or empty.</param>
    /// <param name="activation">Applied to each element as it is stored.</param>
    /// <param name="c">m·n values, overwritten.</param>
    /// <exception cref="ArgumentException">A span too short for its shape.</exception>
    public abstract void MatMul(
        int m, int n, int k,
        ReadOnlySpan<T> a, int aRow, int aColumn,
        ReadOnlySpan<T> b, int bRow, int bColumn,
        ReadOnlySpan<T> bias, Activation activation, Span<T> c);

    /// <summary>
    /// outputs = activation(convolution of the images with the weights + bias): each output pixel is the product of its patch with the
    /// weights, (kh·kw·c, filters), summed as in <see cref="MatMul"/>.
    /// </summary>
    /// <param name="shape">The sizes of all three.</param>
    /// <param name="images">(n, h, w, c).</param>
    /// <param name="weights">(kh, kw, c, filters).</param>
    /// <param name="bias">A value for each filter, or empty.</param>
    /// <param name="activation">Applied to each output as it is stored.</param>
    /// <param name="outputs">(n, oh, ow, filters), overwritten.</param>
    public abstract void Convolve(
        in Convolution shape, ReadOnlySpan<T> images, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Activation activation,
        Span<T> outputs);

    /// <summary>
    /// The adjoint of <see cref="Convolve"/> in the images, a transposed convolution: each output pixel adds its values times the weights to
    /// the pixels of its patch, in increasing order of output pixels.
    /// </summary>
    /// <param name="shape">The sizes of all three.</param>
    /// <param name="outputs">(n, oh, ow, filters).</param>
    /// <param name="weights">(kh, kw, c, filters).</param>
    /// <param name="images">(n, h, w, c), overwritten.</param>
    public abstract void ConvolveImages(
        in Convolution shape, ReadOnlySpan<T> outputs, ReadOnlySpan<T> weights, Span<T> images);

    /// <summary>
    /// The adjoint of <see cref="Convolve"/> in the weights: the sum over output pixels, in increasing order, of each one's patch times its values.
    /// </summary>
    /// <param name="shape">The sizes of all three.</param>
    /// <param name="images">(n, h, w, c).</param>
    /// <param name="outputs">(n, oh, ow, filters).</param>
    /// <param name="weights">(kh, kw, c, filters), overwritten.</param>
    public abstract void ConvolveWeights(
        in Convolution shape, ReadOnlySpan<T> images, ReadOnlySpan<T> outputs, Span<T> weights);

    /// <summary>y = op(x), elementwise.</summary>
    public abstract void Map(UnaryOp op, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>y = op(a, b), elementwise.</summary>
    public abstract void Map(BinaryOp op, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y);

    /// <summary>y = op(a, b) with one b for all.</summary>
    public abstract void Map(BinaryOp op, ReadOnlySpan<T> a, T b, Span<T> y);

    /// <summary>y = op(a, b) with one a for all.</summary>
    public abstract void Map(BinaryOp op, T a, ReadOnlySpan<T> b, Span<T> y);

    /// <summary>y = a where condition ≠ 0, else b.</summary>
    public abstract void Select(ReadOnlySpan<T> condition, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y);

    /// <summary>y = a·b + c, rounded once.</summary>
    public abstract void MultiplyAdd(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, Span<T> y);

    /// <summary>
    /// Reduces the middle axis of x (outer, n, inner) to y (outer, inner). With inner = 1 a sum keeps one vector of lane
    /// sums, element i in lane i mod lanes, zero-padded at the end, then halves it by adding the upper half to the lower until one is left; with inner &gt; 1
    /// each column is summed in increasing order of n from 0.
    /// </summary>
    public abstract void Reduce(ReduceOp op, int outer, int n, int inner, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>y (rows, columns), every row a copy of row (columns).</summary>
    public abstract void RepeatRow(int rows, int columns, ReadOnlySpan<T> row, Span<T> y);

    /// <summary>y (rows, columns), every column a copy of column (rows).</summary>
    public abstract void RepeatColumn(int rows, int columns, ReadOnlySpan<T> column, Span<T> y);

    /// <summary>
    /// y, contiguous of the given shape, element (i₀, i₁, …) = x[offset + Σ iₐ·strideₐ]: transposes, slices, broadcasts (stride 0) and reversals.
    /// </summary>
    public abstract void CopyStrided(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int offset, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>The reverse of <see cref="CopyStrided"/>: y[offset + Σ iₐ·strideₐ] = x, x contiguous of the given shape; the rest of y is left.</summary>
    public abstract void CopyToStrided(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int offset, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>y row i = x row indices[i]; rows of the given number of columns.</summary>
    /// <exception cref="IndexOutOfRangeException">An index outside x.</exception>
    public abstract void GatherRows(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, Span<T> y);

    /// <summary>y row indices[i] += x row i, in increasing order of i.</summary>
    /// <exception cref="IndexOutOfRangeException">An index outside y; y is then unchanged.</exception>
    public abstract void ScatterAddRows(int columns, ReadOnlySpan<T> x, ReadOnlySpan<int> indices, Span<T> y);

    /// <summary>
    /// Element i of y is draw number start + i of the key's stream, so a stream can be made in pieces of any size.
    /// </summary>
    /// <remarks>Philox 4x32-10: Salmon, Moraes, Dror and Shaw, SC 2011.</remarks>
    public abstract void Random(Draw draw, Key key, long start, Span<T> y);

    /// <summary>
    /// Values of the Bernstein basis of the given degree at t (n) and of its derivative in t: b_k(t) = C(d, k) tᵏ (1−t)^(d−k).
    /// Outside [0, 1] both go on linearly with the end slope, so basis·c is the linearly continued polynomial.
    /// </summary>
    /// <param name="degree">Degree d; there are d + 1 basis functions.</param>
    /// <param name="t">n points, any finite number.</param>
    /// <param name="basis">(n, d + 1).</param>
    /// <param name="slope">(n, d + 1), derivatives in t.</param>
    public abstract void Bernstein(int degree, ReadOnlySpan<T> t, Span<T> basis, Span<T> slope);

    /// <summary>
    /// Solves Σ_k control_k b_k(t) = u for t on the whole real line: Newton kept inside a bracket on [0, 1], exact lines beyond.
    /// </summary>
    /// <param name="degree">Degree d, at least 1.</param>
    /// <param name="control">(n, d + 1), strictly increasing in each row; or (1, d + 1), shared by all rows.</param>
    /// <param name="u">n values.</param>
    /// <param name="t">n solutions, to the rounding of T.</param>
    public abstract void BernsteinInverse(int degree, ReadOnlySpan<T> control, ReadOnlySpan<T> u, Span<T> t);
}
