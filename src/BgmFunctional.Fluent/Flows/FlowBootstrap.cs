using BgmFunctional.Kernels;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>The refits of a flow to resampled rows, and the intervals that they give.</summary>
public sealed class FlowBootstrap
{
    private readonly int _threads;

    internal FlowBootstrap(Core.Bootstrap value, int threads)
    {
        Value = value;
        _threads = threads;
    }

    internal Core.Bootstrap Value { get; }

    /// <summary>Refits in all.</summary>
    public int Refits => Value.Refits;

    /// <summary>The refits that came to an end, without histories; they answer on one thread each.</summary>
    public IReadOnlyList<FittedFlow> Flows => [.. Value.Flows.Select(Fitted)];

    /// <summary>Refits that failed and are left out, numbered from 1.</summary>
    public IReadOnlyList<RefitFailure> Failures => [.. Value.Failures.Select(RefitFailure.Of)];

    /// <summary>What there is to say about refits that failed or whose rows are separated, one line each; none if all went well.</summary>
    public IReadOnlyList<string> Warnings => [.. Core.BootstrapModule.warnings(Value)];

    /// <summary>
    /// The percentile interval of each number of an answer: the quantiles (1 − level)/2 and (1 + level)/2 of the refits' answers, linear between
    /// order statistics (R type 7).
    /// </summary>
    /// <param name="question">Asks a flow for numbers, the same ones of each; several flows are asked at once.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="QueryException">An answer is not finite, or the question itself is refused.</exception>
    /// <exception cref="OptionException">The level is not between 0 and 1.</exception>
    public IReadOnlyList<Interval> Intervals(Func<FittedFlow, double[]> question, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(question);
        using var team = new Team(_threads);
        var ask = FuncConvert.FromFunc<Core.Flow, FSharpResult<double[], Core.FlowError>>(
            flow => FSharpResult<double[], Core.FlowError>.NewOk(question(Fitted(flow))));
        var ends = Core.BootstrapModule.interval(team, level, ask, Value).OrThrow();
        return [.. ends.Select(end => new Interval(end.Item1, end.Item2))];
    }

    private static FittedFlow Fitted(Core.Flow flow) => new(flow, 1, null);
}

/// <summary>Two numbers with a share of the refits' answers between them.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Low, double High);

/// <summary>A refit that failed.</summary>
/// <param name="Refit">Its number, from 1.</param>
/// <param name="Reason">One line.</param>
public sealed record RefitFailure(int Refit, string Reason)
{
    internal static RefitFailure Of(Tuple<int, string> failure) => new(failure.Item1, failure.Item2);
}
