using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>The networks behind the terms of a flow.</summary>
internal sealed class NetworkOptions
{
    private static readonly FitOptions Defaults = new();

    private readonly Option<IReadOnlyList<int>> _intercept =
        Units("--intercept-units", "Hidden units of the networks behind ci terms.", Defaults.InterceptUnits);

    private readonly Option<IReadOnlyList<int>> _shift =
        Units("--shift-units", "Hidden units of the networks behind cs terms.", Defaults.ShiftUnits);

    private readonly Option<Activation> _activation =
        new Option<Activation>("--activation")
        {
            HelpName = "NAME",
            Description = "What follows their hidden layers: relu, with corners; softplus, smooth, lines beyond the data; tanh; leaky-relu:SLOPE.",
            CustomParser = ParseActivation,
        }.WithDefault(Defaults.Activation);

    public IEnumerable<Option> All => [_intercept, _shift, _activation];

    public FitOptions AddTo(FitOptions options, ParseResult parsed) =>
        options with
        {
            InterceptUnits = parsed.GetRequiredValue(_intercept),
            ShiftUnits = parsed.GetRequiredValue(_shift),
            Activation = parsed.GetRequiredValue(_activation),
        };

    private static Option<IReadOnlyList<int>> Units(string name, string description, IReadOnlyList<int> units) =>
        new Option<IReadOnlyList<int>>(name)
        {
            HelpName = "N,N…",
            Description = $"{description} {string.Join(',', units)} if not given.",
            CustomParser = result => ParseUnits(result, name),
            DefaultValueFactory = _ => units,
        };

    private static int[] ParseUnits(ArgumentResult result, string name)
    {
        var text = result.Tokens[0].Value;
        var counts = Array.ConvertAll(text.Split(','), count => int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0);
        if (counts.Any(count => count < 1))
        {
            result.AddError($"{name}: found '{text}'; it must be whole numbers, at least 1, with commas between, such as 64,64.");
        }

        return counts;
    }

    private static Activation? ParseActivation(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var found = Activation.Parse(text);
        if (found is null)
        {
            result.AddError($"--activation: found '{text}'; it must be relu, softplus, tanh or leaky-relu:SLOPE, SLOPE between 0 and 1.");
        }

        return found;
    }
}
