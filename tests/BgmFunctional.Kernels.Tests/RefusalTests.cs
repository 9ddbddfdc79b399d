namespace BgmFunctional.Kernels.Tests;

/// <summary>Each way to be refused, and what the message says.</summary>
public class RefusalTests
{
    private static readonly Kernels<float> K = Kernels<float>.Best;

    private static readonly float[] Four = new float[4];

    private static readonly float[] Two = new float[2];

    [Fact]
    public void MatMul_ShortOperand_NamesItAndBothLengths()
    {
        Refused("a has 2 elements, but its shape and strides need 4", () => K.MatMul(2, 2, 2, Two, 2, 1, Four, 2, 1, [], default, new float[4]));
        Refused("b has 2 elements, but its shape and strides need 4", () => K.MatMul(2, 2, 2, Four, 2, 1, Two, 1, 2, [], default, new float[4]));
        Refused("bias has 1 elements", () => K.MatMul(2, 2, 2, Four, 2, 1, Four, 2, 1, new float[1], default, new float[4]));
        Refused("c has 3 elements", () => K.MatMul(2, 2, 2, Four, 2, 1, Four, 2, 1, [], default, new float[3]));
    }

    [Fact]
    public void MatMul_StrideBeforeStart_IsRefused() =>
        Refused("before its start", () => K.MatMul(2, 2, 2, Four, -2, 1, Four, 2, 1, [], default, new float[4]));

    [Fact]
    public void MatMul_NegativeSize_IsRefused() =>
        Assert.Equal("m", Assert.Throws<ArgumentOutOfRangeException>(() => K.MatMul(-1, 2, 2, Four, 2, 1, Four, 2, 1, [], default, Two)).ParamName);

    [Fact]
    public void Convolve_ShortSpan_NamesItAndBothLengths()
    {
        var shape = new Convolution(1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 0, 0);
        Refused("images has 2 elements, but its shape and strides need 4", () => K.Convolve(shape, Two, Two, [], default, new float[4]));
        Refused("bias has 1 elements", () => K.Convolve(shape with { Filters = 2 }, Four, Two, new float[1], default, new float[8]));
        Refused("weights has 0 elements", () => K.ConvolveImages(shape, Four, [], new float[4]));
        Refused("outputs has 2 elements", () => K.ConvolveWeights(shape, Four, Two, new float[1]));
    }

    [Fact]
    public void Convolve_StrideOfNothing_IsRefused()
    {
        var shape = new Convolution(1, 2, 2, 1, 1, 1, 2, 2, 1, Stride: 0, 0, 0);
        Assert.Equal("shape.Stride", Assert.Throws<ArgumentOutOfRangeException>(() => K.ConvolveImages(shape, Four, Two, new float[4])).ParamName);
    }

    [Fact]
    public void Convolve_SizesBeyondNumbers_AreRefused()
    {
        var shape = new Convolution(1, 2, 2, 1, 1 << 16, 1 << 16, 1, 1, 1, 1, 0, 0);
        Assert.Throws<OverflowException>(() => K.Convolve(shape, Four, Two, [], default, new float[4]));
    }

    [Fact]
    public void Map_UnequalLengths_NamesTheOperand()
    {
        Refused("x has 4 elements, the result 2", () => K.Map(UnaryOp.Exp, Four, new float[2]));
        Refused("b has 2 elements, the result 4", () => K.Map(BinaryOp.Add, Four, Two, new float[4]));
        Refused("a has 2 elements, the result 4", () => K.Map(BinaryOp.Add, Two, 1f, new float[4]));
        Refused("b has 2 elements, the result 4", () => K.Map(BinaryOp.Add, 1f, Two, new float[4]));
        Refused("condition has 2 elements", () => K.Select(Two, Four, Four, new float[4]));
        Refused("c has 2 elements", () => K.MultiplyAdd(Four, Four, Two, new float[4]));
    }

    [Fact]
    public void Map_UnknownOperator_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Map((UnaryOp)99, Four, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Map((BinaryOp)99, Four, Four, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Reduce((ReduceOp)99, 1, 4, 1, Four, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Random((Draw)99, default, 0, new float[1]));
    }

    [Fact]
    public void Reduce_ShortSpan_IsRefused()
    {
        Refused("x has 4 elements", () => K.Reduce(ReduceOp.Sum, 2, 3, 1, Four, new float[2]));
        Refused("y has 1 elements", () => K.Reduce(ReduceOp.Sum, 2, 2, 1, Four, new float[1]));
    }

    [Fact]
    public void Repeat_ShortSpan_IsRefused()
    {
        Refused("row has 2 elements", () => K.RepeatRow(2, 3, Two, new float[6]));
        Refused("column has 2 elements", () => K.RepeatColumn(3, 2, Two, new float[6]));
    }

    [Fact]
    public void Copy_StridesBeyondTheSpan_AreRefused()
    {
        Refused("x has 4 elements, but its shape and strides need 7", () => K.CopyStrided([3], [3], 0, Four, new float[3]));
        Refused("before its start", () => K.CopyStrided([2], [-1], 0, Four, new float[3]));
        Refused("y has 2 elements", () => K.CopyStrided([4], [1], 0, Four, new float[2]));
        Refused("y has 4 elements", () => K.CopyToStrided([4], [2], 0, Four, new float[4]));
        Refused("2 axes, but there are 1 strides", () => K.CopyStrided([2, 2], [1], 0, Four, new float[4]));
    }

    [Fact]
    public void Rows_IndexOutside_NamesIt()
    {
        Assert.Contains("GatherRows: row index 2", Assert.Throws<IndexOutOfRangeException>(() => K.GatherRows(2, Four, [2], new float[2])).Message);
        Assert.Contains("GatherRows: row index -1", Assert.Throws<IndexOutOfRangeException>(() => K.GatherRows(2, Four, [-1], new float[2])).Message);
        var y = new float[4];
        Assert.Throws<IndexOutOfRangeException>(() => K.ScatterAddRows(2, [1, 1, 1, 1], [0, 2], y));
        Assert.Equal(new float[4], y);
    }

    [Fact]
    public void Random_NegativeStart_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Random(Draw.Uniform, default, -1, new float[1]));

    [Fact]
    public void Bernstein_WrongDegreeOrLength_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => K.Bernstein(-1, Two, new float[4], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => K.BernsteinInverse(0, Two, Two, new float[2]));
        Refused("slope has 3 elements", () => K.Bernstein(1, Two, new float[4], new float[3]));
        Refused("control has 4 elements", () => K.BernsteinInverse(2, Four, Two, new float[2]));
    }

    [Fact]
    public void Kernels_OfAnotherType_AreRefused() =>
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(() => Kernels<Half>.For(Isa.Portable)).Message);

    private static void Refused(string message, Action call) => Assert.Contains(message, Assert.Throws<ArgumentException>(call).Message);
}
