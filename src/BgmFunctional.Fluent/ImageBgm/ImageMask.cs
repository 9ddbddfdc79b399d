using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>Which pixels of images are missing. Immutable.</summary>
public sealed class ImageMask
{
    private ImageMask(Core.Mask mask) => Value = mask;

    internal Core.Mask Value { get; }

    /// <summary>A square in the middle, half as high and wide as the image.</summary>
    public static ImageMask Hole { get; } = new(Core.Mask.Hole);

    /// <summary>Rows across the middle, a third of the image.</summary>
    public static ImageMask Stripe { get; } = new(Core.Mask.Stripe);

    /// <summary>The lower half.</summary>
    public static ImageMask Half { get; } = new(Core.Mask.Half);

    /// <summary>The names of the masks that have one: hole, stripe, half.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Core.MaskModule.named.Select(pair => pair.Item1)];

    /// <summary>The same pixels of every image.</summary>
    /// <param name="isMissing">One image's, (height, width); it is copied.</param>
    public static ImageMask Of(bool[,] isMissing)
    {
        ArgumentNullException.ThrowIfNull(isMissing);
        return new(Core.Mask.NewPixels((bool[,])isMissing.Clone()));
    }

    /// <summary>Pixels of each image by itself.</summary>
    /// <param name="isMissing">Of all images, (n, height, width); it is copied.</param>
    public static ImageMask OfEach(bool[,,] isMissing)
    {
        ArgumentNullException.ThrowIfNull(isMissing);
        return new(Core.Mask.NewPixelsOfEach((bool[,,])isMissing.Clone()));
    }

    /// <summary>The mask of a name.</summary>
    /// <exception cref="OptionException">There is none of this name.</exception>
    public static ImageMask Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Core.MaskModule.named.FirstOrDefault(pair => pair.Item1 == name) is { } found
            ? new(found.Item2)
            : throw new OptionException($"mask: found '{name}'; it must be one of {string.Join(", ", Names)}");
    }

    /// <summary>
    /// The mask in a file, IDX, NPY or NPZ: (height, width), or (n, height, width) for each image by itself, not 0 where a pixel is missing.
    /// </summary>
    /// <exception cref="DataException">The file is missing, damaged or of another kind.</exception>
    public static ImageMask FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.MaskModule.read(path).OrThrow());
    }
}
