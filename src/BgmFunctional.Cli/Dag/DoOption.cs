using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>Interventions on a command line: --do T=1 arm=low, or one --do for each.</summary>
internal static class DoOption
{
    private const int Most = 6;

    public static Option<string[]> Create(string more = "")
    {
        var option = new Option<string[]>("--do")
        {
            HelpName = "node=value",
            Description = "Set a node by hand, to a number or to a level by name; it no longer hears its parents. "
                + $"Takes several, and may be repeated. {more}".TrimEnd(),
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(Check);
        return option;
    }

    /// <summary>The intervention that was asked for; one that the model cannot take is refused.</summary>
    public static Intervention Read(ParseResult parsed, Option<string[]> option, FittedFlow flow)
    {
        var intervention = Read(parsed, option, flow.Nodes);
        flow.Check(intervention);
        return intervention;
    }

    /// <summary>The intervention that was asked for, for nodes that may yet refuse it.</summary>
    public static Intervention Read(ParseResult parsed, Option<string[]> option, IEnumerable<NodeInfo> nodes)
    {
        var levelled = nodes.Where(node => node.Levels is not null).Select(node => node.Name).ToHashSet();
        var settings = (parsed.GetValue(option) ?? []).Select(Setting.Of);
        return settings.Aggregate(Do.Nothing, (all, setting) => With(all, setting, levelled.Contains(setting.Node)));
    }

    /// <summary>Every combination of the values that are listed for each node, T=0,1 say.</summary>
    public static IReadOnlyList<Intervention> ReadEach(ParseResult parsed, Option<string[]> option, FittedFlow flow)
    {
        var settings = (parsed.GetValue(option) ?? []).Select(Setting.Of).ToList();
        if (settings.Count == 0) return [];

        var levels = flow.Nodes.ToDictionary(node => node.Name, node => node.Levels);
        IEnumerable<Intervention> combined = [Do.Nothing];
        foreach (var setting in settings)
        {
            var known = levels.GetValueOrDefault(setting.Node);
            var values = known?.Contains(setting.Value) is true ? [setting.Value] : setting.Value.Split(',');
            combined = combined.SelectMany(all => values.Select(value => With(all, setting with { Value = value }, known is not null)));
        }

        var interventions = combined.Take(Most + 1).ToList();
        if (interventions.Count > Most)
        {
            throw new OptionException($"{option.Name}: more than {Most} combinations of values; {Most} can be told apart in a chart.");
        }

        interventions.ForEach(flow.Check);
        return interventions;
    }

    private static Intervention With(Intervention all, Setting setting, bool isLevelled) =>
        setting.Number is { } number && !isLevelled ? all.Set(setting.Node, number) : all.Set(setting.Node, setting.Value);

    private static void Check(OptionResult result)
    {
        var texts = result.Tokens.Select(token => token.Value).ToList();
        var settings = texts.Select(Setting.Of).ToList();
        var odd = texts.Zip(settings).Where(pair => pair.Second.Node == "" || pair.Second.Value == "").Select(pair => pair.First);
        var repeated = settings.GroupBy(setting => setting.Node).Where(group => group.Count() > 1).Select(group => group.Key);

        if (odd.FirstOrDefault() is { } text)
        {
            result.AddError($"--do: found '{text}'; it must be node=value, such as T=1.");
        }
        else if (repeated.FirstOrDefault() is { } node)
        {
            result.AddError($"--do: node '{node}' is set twice; once will do.");
        }
    }

    private sealed record Setting(string Node, string Value)
    {
        public double? Number =>
            double.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

        public static Setting Of(string text)
        {
            var parts = text.Split('=', 2);
            return new(parts[0], parts.Length == 2 ? parts[1] : "");
        }
    }
}
