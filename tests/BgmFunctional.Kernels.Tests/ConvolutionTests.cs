using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using static BgmFunctional.Kernels.Tests.Instances;

namespace BgmFunctional.Kernels.Tests;

public class ConvolutionTests
{
    /// <summary>Sizes, a slope, and whether there is a bias.</summary>
    public sealed record Case(Convolution Shape, bool HasBias, double Slope, int Seed);

    /// <summary>Filters up to 5×5 on images smaller and larger than they, any stride to 3, zeros on either side up to beyond the filter.</summary>
    private static readonly Gen<Case> Cases =
        from n in Gen.Frequency((1, Gen.Constant(0)), (9, Gen.Choose(1, 3)))
        from size in Gen.Choose(1, 9).Two()
        from kernel in Gen.Choose(1, 5).Two()
        from channels in Gen.Frequency((1, Gen.Constant(0)), (9, Gen.Choose(1, 5)), (3, Gen.Elements(16, 33)))
        from filters in Gen.Frequency((1, Gen.Constant(0)), (9, Gen.Choose(1, 5)), (3, Gen.Elements(16, 33, 80)))
        from stride in Gen.Choose(1, 3)
        from low in Gen.Choose(0, 6).Two()
        from high in Gen.Choose(0, 6).Two()
        from hasBias in Gen.Elements(true, false)
        from slope in Gen.Elements(1, 0, 0.2)
        from seed in Gen.Choose(0, int.MaxValue)
        let outHeight = Places(size.Item1 + low.Item1 + high.Item1, kernel.Item1, stride)
        let outWidth = Places(size.Item2 + low.Item2 + high.Item2, kernel.Item2, stride)
        let shape = new Convolution(
            n, size.Item1, size.Item2, channels, kernel.Item1, kernel.Item2, outHeight, outWidth, filters, stride, low.Item1, low.Item2)
        select new Case(shape, hasBias, slope, seed);

    /// <summary>More images than are framed and more patches than are unfolded at a time, few channels, few filters, and filters of one pixel.</summary>
    private static readonly Case[] Large =
    [
        new(new(5, 30, 29, 4, 5, 5, 30, 29, 3, 1, 2, 2), true, 0.2, 1),
        new(new(2, 9, 9, 300, 5, 5, 5, 5, 17, 2, 2, 2), false, 1, 2),
        new(new(3, 28, 28, 7, 1, 1, 28, 28, 2, 1, 0, 0), true, 0, 3),
        new(new(2, 28, 28, 40, 1, 1, 28, 28, 2, 1, 0, 0), true, 0.2, 7),
        new(new(2, 17, 17, 70, 3, 3, 17, 17, 4, 1, 1, 1), true, 0.2, 8),
        new(new(5, 30, 29, 20, 3, 3, 15, 15, 24, 2, 1, 1), true, 0.2, 9),
        new(new(40, 28, 28, 1, 3, 3, 14, 14, 17, 2, 0, 0), true, 0.2, 4),
        new(new(3, 40, 37, 3, 5, 5, 20, 19, 9, 2, 1, 1), false, 0.2, 5),
        new(new(3, 30, 37, 2, 5, 3, 30, 37, 18, 1, 2, 1), false, 1, 10),
        new(new(2, 28, 28, 32, 1, 1, 28, 28, 7, 1, 0, 0), true, 0.2, 11),
        new(new(2, 160, 100, 1, 3, 3, 160, 100, 5, 1, 1, 1), false, 1, 6),
    ];

    [Fact]
    public void Float_convolution_is_the_scalar_loop_bit_for_bit() => ForAll(Cases, IsScalarLoop<float>, 150);

    [Fact]
    public void Double_convolution_is_the_scalar_loop_bit_for_bit() => ForAll(Cases, IsScalarLoop<double>, 150);

    [Fact]
    public void Tiles_do_not_change_a_bit()
    {
        foreach (var large in Large) IsScalarLoop<float>(large);
    }

    private static int Places(int size, int kernel, int stride) => size < kernel ? 0 : ((size - kernel) / stride) + 1;

    private static void IsScalarLoop<T>(Case x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = x.Shape;
        var images = Values<T>(x.Seed, shape.Images * shape.Height * shape.Width * shape.Channels);
        var weights = Values<T>(x.Seed + 1, shape.Patch * shape.Filters);
        var outputs = Values<T>(x.Seed + 2, shape.Rows * shape.Filters);
        var bias = x.HasBias ? Values<T>(x.Seed + 3, shape.Filters) : [];
        var forward = Forward(shape, images, weights, bias, x.Slope);
        var toImages = ToImages(shape, outputs, weights);
        var toWeights = ToWeights(shape, images, outputs);
        foreach (var isa in Isas)
        {
            var kernels = Kernels<T>.For(isa);
            var y = Guarded(outputs.Length, T.Pi);
            kernels.Convolve(shape, images, weights, bias, new Activation(x.Slope), y.AsSpan(0, outputs.Length));
            AssertSame<T>(forward, y, $"outputs {isa} {x}");
            y = Guarded(images.Length, T.Pi);
            kernels.ConvolveImages(shape, outputs, weights, y.AsSpan(0, images.Length));
            AssertSame<T>(toImages, y, $"images {isa} {x}");
            y = Guarded(weights.Length, T.Pi);
            kernels.ConvolveWeights(shape, images, outputs, y.AsSpan(0, weights.Length));
            AssertSame<T>(toWeights, y, $"weights {isa} {x}");
        }
    }

    private static T[] Forward<T>(Convolution shape, T[] images, T[] weights, T[] bias, double slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var y = Guarded(shape.Rows * shape.Filters, T.Pi);
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var filter = 0; filter < shape.Filters; filter++)
            {
                var sum = bias.Length > 0 ? bias[filter] : T.Zero;
                for (var p = 0; p < shape.Patch; p++)
                {
                    var pixel = Seen(shape, row, p);
                    sum = T.FusedMultiplyAdd(pixel < 0 ? T.Zero : images[pixel], weights[(p * shape.Filters) + filter], sum);
                }

                y[(row * shape.Filters) + filter] = sum > T.Zero ? sum : slope == 0 ? T.Zero : sum * T.CreateTruncating(slope);
            }
        }

        return y;
    }

    private static T[] ToImages<T>(Convolution shape, T[] outputs, T[] weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var length = shape.Images * shape.Height * shape.Width * shape.Channels;
        var x = Guarded(length, T.Pi);
        x.AsSpan(0, length).Clear();
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var p = 0; p < shape.Patch; p++)
            {
                var sum = T.Zero;
                for (var filter = 0; filter < shape.Filters; filter++)
                {
                    sum = T.FusedMultiplyAdd(outputs[(row * shape.Filters) + filter], weights[(p * shape.Filters) + filter], sum);
                }

                var pixel = Seen(shape, row, p);
                if (pixel >= 0) x[pixel] += sum;
            }
        }

        return x;
    }

    private static T[] ToWeights<T>(Convolution shape, T[] images, T[] outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var w = Guarded(shape.Patch * shape.Filters, T.Pi);
        w.AsSpan(0, shape.Patch * shape.Filters).Clear();
        for (var row = 0; row < shape.Rows; row++)
        {
            for (var p = 0; p < shape.Patch; p++)
            {
                var pixel = Seen(shape, row, p);
                var seen = pixel < 0 ? T.Zero : images[pixel];
                for (var filter = 0; filter < shape.Filters; filter++)
                {
                    var i = (p * shape.Filters) + filter;
                    w[i] = T.FusedMultiplyAdd(seen, outputs[(row * shape.Filters) + filter], w[i]);
                }
            }
        }

        return w;
    }

    /// <summary>The element of the images that is value p of what an output pixel sees; −1 outside.</summary>
    private static int Seen(Convolution shape, int row, int p)
    {
        var (image, pixel) = Math.DivRem(row, shape.OutHeight * shape.OutWidth);
        var y = (pixel / shape.OutWidth * shape.Stride) - shape.Top + (p / shape.Channels / shape.KernelWidth);
        var x = (pixel % shape.OutWidth * shape.Stride) - shape.Left + (p / shape.Channels % shape.KernelWidth);
        return y < 0 || y >= shape.Height || x < 0 || x >= shape.Width
            ? -1
            : (((((image * shape.Height) + y) * shape.Width) + x) * shape.Channels) + (p % shape.Channels);
    }
}
