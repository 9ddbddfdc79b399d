using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag plot</summary>
internal sealed class PlotVerb : Verb
{
    private static readonly ReportOptions Defaults = new();
    private static readonly string Names = string.Join(", ", FlowChart.All.Select(chart => chart.Name));

    private readonly InputFile _model = InputFile.Model();

    private readonly InputFile _data =
        new("--data", "FILE.csv", "Rows to set the model beside, with exactly its nodes as columns.") { Required = false };

    private readonly Option<string[]> _do = DoOption.Create("Several values, T=0,1, are compared with each other.");

    private readonly Option<string[]> _what = new("--what")
    {
        HelpName = "chart",
        Description = $"The charts: {Names}. All that can be drawn if not given.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _row =
        CommonOptions.Count("--row", "The row of the data whose counterfactuals are drawn.").WithDefault(Defaults.Row);

    private readonly Option<int> _n = CommonOptions.Count("--n", "Rows to draw from the model.").WithDefault(Defaults.Draws);
    private readonly OutputPath _out = new("REPORT.html", "Takes the charts and their numbers as a page that needs no network.", "--out");
    private readonly Option<string> _svg = new("--svg") { HelpName = "DIR", Description = "A folder that takes each chart as an SVG file; made if need be." };

    private readonly Option<bool> _interactive =
        CommonOptions.Flag("--interactive", "Let plotly.js, from its CDN, draw the page's charts; without a network it shows pictures.");

    private readonly InputFile _plotly =
        new("--plotly", "PLOTLY.js", "A copy of plotly.js that becomes part of the interactive page.") { Required = false };

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    public PlotVerb(Session session)
        : base(session, "plot", "Draw what a model knows: its graph, terms, fit, interventions and counterfactuals.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_model, _data, _do, _what, _row, _n, _out, _svg, _interactive, _plotly, _seed, _threads, _json])
        {
            Add(option);
        }

        _what.Validators.Add(CheckCharts);
        Validators.Add(CheckTogether);
    }

    public override string Examples =>
        """
        bgm dag plot --model model.safetensors --out report.html
        bgm dag plot --model model.safetensors --data cohort.csv --do T=0,1 --out report.html
        bgm dag plot --model model.safetensors --what coefficients,curves --svg figures
        bgm dag plot --model model.safetensors --data cohort.csv --out report.html --interactive
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var page = _out.TryRead(parsed);
        var folder = parsed.GetValue(_svg);
        if (folder is not null) CheckFolder(folder);

        var model = TramDag.Load(parsed.GetRequiredValue(_model));
        var flow = parsed.Optional(_threads) is { } threads ? model.WithThreads(threads) : model;
        var options = OptionsOf(parsed, flow);
        var report = InputFile.Naming(_ => parsed.GetValue(_data) ?? parsed.GetRequiredValue(_model), () => flow.Report(options));
        var html = page is null ? null : Page(parsed, report);
        Session.Cancellation.ThrowIfCancellationRequested();

        if (page is not null) OutputFile.Write(page, html!);
        if (folder is not null) Directory.CreateDirectory(folder);
        var pictures = folder is null ? [] : report.Charts.Select(chart => SaveSvg(chart, folder)).ToList();
        Tell(parsed, report, page, pictures, watch.Elapsed.TotalSeconds);
        return ExitCode.Done;
    }

    private static IEnumerable<string> Words(IEnumerable<string> texts) =>
        texts.SelectMany(CommonOptions.Words).Distinct();

    private static FlowChart? Named(string name) => FlowChart.All.FirstOrDefault(chart => chart.Name == name);

    private static string SvgPath(string folder, FlowChart chart) => Path.Combine(folder, $"{chart.Name}.svg");

    /// <summary>Refuses a folder that can take no charts, or cannot be made.</summary>
    private void CheckFolder(string folder)
    {
        if (File.Exists(folder)) throw new OptionException($"{_svg.Name}: '{folder}' is a file; charts need a folder.");

        OutputFile.Check(Directory.Exists(folder) ? SvgPath(folder, FlowChart.All[0]) : Path.TrimEndingDirectorySeparator(folder));
    }

    private static string SaveSvg(Chart chart, string folder)
    {
        var path = SvgPath(folder, chart.Kind);
        chart.SaveSvg(path);
        return path;
    }

    private static void CheckCharts(OptionResult result)
    {
        if (Words(result.Tokens.Select(token => token.Value)).FirstOrDefault(word => Named(word) is null) is { } unknown)
        {
            result.AddError($"{result.Option.Name}: there is no chart '{unknown}'; there are {Names}.");
        }
    }

    private void CheckTogether(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };

        if (!Has(_out) && !Has(_svg))
        {
            result.AddError($"{_out.Name} or {_svg.Name} is needed: a page or a folder that takes the charts.");
        }

        if (Has(_interactive) && !Has(_out))
        {
            result.AddError($"{_interactive.Name}: there is no page; add {_out.Name}.");
        }

        if (Has(_plotly) && !Has(_interactive))
        {
            result.AddError($"{_plotly.Name}: the page is not interactive; add {_interactive.Name}.");
        }
    }

    private ReportOptions OptionsOf(ParseResult parsed, FittedFlow flow) =>
        new()
        {
            Title = Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(_model)),
            Charts = parsed.GetValue(_what) is { Length: > 0 } words ? [.. Words(words).Select(word => Named(word)!)] : null,
            Data = parsed.GetValue(_data) is { } path ? Columns.FromCsv(path) : null,
            Interventions = DoOption.ReadEach(parsed, _do, flow),
            Row = parsed.GetValue(_row),
            Draws = parsed.GetValue(_n),
            Seed = parsed.GetValue(_seed),
        };

    private string Page(ParseResult parsed, FlowReport report) =>
        parsed.GetValue(_interactive) ? report.ToInteractiveHtml(parsed.GetValue(_plotly)) : report.ToHtml();

    private void Tell(ParseResult parsed, FlowReport report, string? page, IReadOnlyList<string> pictures, double seconds)
    {
        var names = report.Charts.Select(chart => chart.Kind.Name).ToList();
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["charts"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
                ["out"] = page,
                ["svg"] = new JsonArray([.. pictures.Select(path => JsonValue.Create(path))]),
                ["seconds"] = seconds,
            });
        }
        else if (page is null || !OutputFile.IsStandardOutput(page))
        {
            var places = string.Join(", ", pictures.Prepend(page).Where(path => path is not null));
            Session.Out.WriteLine($"{string.Join(", ", names)} in {seconds:0.00} s -> {places}");
        }
    }
}
