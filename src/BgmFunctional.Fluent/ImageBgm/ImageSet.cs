using BgmFunctional.Charts;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>Grey images of one size, values in [0, 1], <c>NaN</c> where a pixel is missing. Immutable.</summary>
public sealed class ImageSet
{
    internal ImageSet(Core.ImageSet images) => Value = images;

    internal Core.ImageSet Value { get; }

    /// <summary>Number of images.</summary>
    public int Count => Core.ImageSetModule.count(Value);

    /// <summary>Rows of an image.</summary>
    public int Height => Value.Height;

    /// <summary>Columns of an image.</summary>
    public int Width => Value.Width;

    /// <summary>The pixels of an image, row by row: an array of the caller's own.</summary>
    /// <param name="image">From 0.</param>
    public float[] this[int image]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(image);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, Count);
            return Core.ImageSetModule.values(Core.ImageSetModule.slice(image, 1, Value))[0];
        }
    }

    /// <summary>Images from their values, one after the other, row by row.</summary>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="values">In [0, 1], NaN where a pixel is missing; they are copied.</param>
    /// <exception cref="DataException">Values that fill no images, or one outside [0, 1].</exception>
    public static ImageSet From(int height, int width, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(Core.ImageSetModule.ofValues("images", height, width, values).OrThrow());
    }

    /// <summary>
    /// The images in a file, (n, height, width) or (n, height, width, 1): IDX, plain or .gz, NPY, or an NPZ archive of one array. Bytes are grey values of
    /// 0 to 255.
    /// </summary>
    /// <exception cref="DataException">The file is missing, damaged or of another kind, or a value lies outside [0, 1].</exception>
    public static ImageSet FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.ImageSetModule.read(path).OrThrow());
    }

    /// <summary>How the names of files end that images are written to: .npy, .npz, .idx.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. Core.ImageSetModule.endings];

    /// <summary>Writes the images as NPY, as NPZ, or as IDX of bytes, as the path ends, as a whole or not at all.</summary>
    /// <exception cref="DataException">
    /// Another ending, a pixel that is missing, which IDX cannot say, a folder that does not exist, or a file that cannot be written.
    /// </exception>
    public void ToFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Core.ImageSetModule.write(path, Value).OrThrow();
    }

    /// <summary>The first images of the set.</summary>
    /// <param name="count">1 or more; all if there are fewer.</param>
    public ImageSet First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(Core.ImageSetModule.slice(0, Math.Min(count, Count), Value));
    }

    /// <summary>The same images with pixels missing besides those that are.</summary>
    /// <exception cref="DataException">A mask of another size.</exception>
    public ImageSet WithMask(ImageMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new(Core.MaskModule.apply(mask.Value, Value).OrThrow());
    }

    /// <summary>Writes up to 160 of the images side by side as a PNG file, black on white where 1 is ink, missing pixels grey.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveSheet(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var png = Core.ImagePage.sheet(Value);
        Data.AtomicFile.write(path, Microsoft.FSharp.Core.FuncConvert.FromAction<Stream>(stream => stream.Write(png))).OrThrow();
    }

    /// <summary>Writes them as a page that needs no network, as a whole or not at all.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="subtitle">A line below it.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SavePage(string path, string title = "Images", string subtitle = "")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(subtitle);
        ReportModule.save(path, Core.ImagePage.ofImages(title, subtitle, Value)).OrThrow();
    }
}
