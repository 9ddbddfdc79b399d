using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace BgmFunctional.Cli;

/// <summary>Options that are numbers and say which ones they take.</summary>
internal static class NumericOption
{
    public static Option<T> Numeric<T>(this Option<T> option, string letter, string wanted, Func<T, bool> isInRange)
        where T : struct, INumber<T>
    {
        option.HelpName = letter;
        option.CustomParser = result => Parse(result, option.Name, wanted, isInRange);
        return option;
    }

    public static Option<T> WithDefault<T>(this Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    private static T Parse<T>(ArgumentResult result, string name, string wanted, Func<T, bool> isInRange)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isInRange(value))
        {
            return value;
        }

        result.AddError($"{name}: found '{text}'; it must be {wanted}.");
        return default;
    }
}
