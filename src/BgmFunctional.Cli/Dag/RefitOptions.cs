using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>Options of verbs that refit a model to resampled rows: how often, how, and to which rows.</summary>
internal sealed class RefitOptions
{
    private const int Lines = 10;
    private const int Fewest = 20;

    private readonly Option<int> _refits =
        new Option<int>("--bootstrap")
        {
            Description = $"Refits to resampled training rows, {Fewest} or more, for 95 % intervals; none if not given.",
        }.Numeric("N", $"a whole number, at least {Fewest}", refits => refits >= Fewest);

    private readonly Option<long> _seed =
        new Option<long>("--bootstrap-seed") { Description = "Names the resampled rows." }
            .Numeric("N", "a whole number", _ => true)
            .WithDefault(0);

    private readonly Option<int> _epochs = CommonOptions.Count(
        "--bootstrap-epochs",
        "Of a trained model: epochs of each refit from the model's own weights, quicker and narrower; its whole recipe anew if not given.");

    private readonly InputFile _training = new(
        "--training", "FILE.csv", "The rows that the model was fitted to; the file that the model remembers if not given.")
    {
        Required = false,
    };

    public IEnumerable<Option> All => [_refits, _seed, _epochs, _training];

    /// <summary>Refuses options that say how to refit where nothing is refitted.</summary>
    public void Check(CommandResult command)
    {
        bool Has(Option option) => command.GetResult(option) is { Implicit: false };

        if (!Has(_refits) && All.FirstOrDefault(Has) is { } lone)
        {
            command.AddError($"{lone.Name}: nothing is refitted; add {_refits.Name} N.");
        }
    }

    /// <summary>The refits, or null if none are asked for.</summary>
    public FlowBootstrap? Run(ParseResult parsed, FittedFlow flow, string model, Session session)
    {
        if (parsed.Optional(_refits) is not { } refits)
        {
            return null;
        }

        var files = Files(parsed, flow, model);
        var options = new BootstrapOptions { Refits = refits, WarmEpochs = parsed.Optional(_epochs), Seed = parsed.GetValue(_seed) };
        var bootstrap = InputFile.Naming(
            refusal => (refusal.IsOfValidation ? files.ValidationData : null) ?? files.Data,
            () =>
            {
                var (training, validation) = flow.Read(files);
                return flow.Bootstrap(training, validation, options, new Reporter(session.Error), session.Cancellation);
            });
        foreach (var warning in bootstrap.Warnings)
        {
            session.Error.WriteLine($"warning: {warning}");
        }

        return bootstrap;
    }

    private TrainingFiles Files(ParseResult parsed, FittedFlow flow, string model)
    {
        var remembered = flow.TrainingFiles(model);
        if (parsed.GetValue(_training) is { } given)
        {
            return (remembered ?? new(given)) with { Data = given };
        }

        if (remembered is null)
        {
            throw new QueryException($"{model}: the model does not remember its training rows; name their file with {_training.Name}");
        }

        return File.Exists(remembered.Data)
            ? remembered
            : throw new QueryException(
                $"{model}: the training rows are not in {remembered.Data} any more; name their file with {_training.Name}");
    }

    private sealed class Reporter(TextWriter output) : IProgress<BootstrapProgress>
    {
        public void Report(BootstrapProgress value)
        {
            if (value.Done * Lines / value.Refits > (value.Done - 1) * Lines / value.Refits)
            {
                output.WriteLine($"refit {value.Done} of {value.Refits}{(value.Failed > 0 ? $", {value.Failed} failed" : "")}");
            }
        }
    }
}
