using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// What is asked of the distribution of an outcome. Levels are given by name or, where none has that name, by code, 0 the lowest.
/// Immutable.
/// </summary>
public sealed class Statistic
{
    private Statistic(Core.Statistic value) => Value = value;

    internal Core.Statistic Value { get; }

    /// <summary>
    /// The mean; of an ordinal node that of the numbers that its levels' names say or, where one says none, of their codes.
    /// </summary>
    public static Statistic Mean { get; } = new(Core.Statistic.Mean);

    /// <summary>The probability of a level or a lower one; ordinal nodes only.</summary>
    public static Statistic AtMost(string level) => Of(level, Core.Statistic.NewAtMost);

    /// <inheritdoc cref="AtMost(string)"/>
    public static Statistic AtMost(int level) => AtMost($"{level}");

    /// <summary>The probability of a level or a higher one; ordinal nodes only.</summary>
    public static Statistic AtLeast(string level) => Of(level, Core.Statistic.NewAtLeast);

    /// <inheritdoc cref="AtLeast(string)"/>
    public static Statistic AtLeast(int level) => AtLeast($"{level}");

    /// <summary>The probability of a level; ordinal nodes only.</summary>
    public static Statistic Exactly(string level) => Of(level, Core.Statistic.NewExactly);

    /// <inheritdoc cref="Exactly(string)"/>
    public static Statistic Exactly(int level) => Exactly($"{level}");

    /// <summary>The value below which a share of the distribution lies; continuous nodes only.</summary>
    /// <param name="p">The share, between 0 and 1.</param>
    public static Statistic Quantile(double p) => new(Core.Statistic.NewQuantile(p));

    /// <summary>The statistic that a text says: <c>mean</c>, <c>level&lt;=2</c>, <c>level&gt;=2</c>, <c>level=2</c>, <c>quantile:0.5</c>.</summary>
    /// <exception cref="OptionException">It says none, or a share that is not between 0 and 1.</exception>
    public static Statistic Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(Core.StatisticModule.parse(text).OrThrow());
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => Core.StatisticModule.format(Value);

    private static Statistic Of(string level, Func<string, Core.Statistic> make)
    {
        ArgumentNullException.ThrowIfNull(level);
        return new(make(level));
    }
}
