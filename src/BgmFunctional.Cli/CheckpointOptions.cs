using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>Where long work leaves what it carries, and whether it goes on from there.</summary>
/// <param name="rounds">What is counted between two checkpoints.</param>
/// <param name="carried">What a checkpoint takes.</param>
internal sealed class CheckpointOptions(string rounds, string carried = "what the fit carries")
{
    private readonly Option<string> _folder =
        new("--checkpoint")
        {
            HelpName = "DIR",
            Description = $"A folder that takes {carried}, so that work that was ended in any way can go on.",
        };

    private readonly Option<int> _every =
        CommonOptions.Count("--checkpoint-every", $"{rounds} between two checkpoints; one every ten seconds if not given.");

    private readonly Option<bool> _resume =
        CommonOptions.Flag("--resume", "Go on from the checkpoint, if there is one: the same bits as without the break.");

    public IEnumerable<Option> All => [_folder, _every, _resume];

    /// <summary>Refuses options that mean nothing without a folder, and a folder without a name.</summary>
    public void Check(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        IEnumerable<Option> ofFolder = [_resume, _every];
        if (!Has(_folder) && ofFolder.FirstOrDefault(Has) is { } lone)
        {
            result.AddError($"{lone.Name}: there is no folder of checkpoints; add {_folder.Name} DIR.");
        }

        if (Has(_folder) && result.GetResult(_folder)?.Text() is "")
        {
            result.AddError($"{_folder.Name}: an empty path; name a folder.");
        }
    }

    /// <summary>The plan, or null where no checkpoints are asked for; says so where there is nothing to go on from.</summary>
    public CheckpointPlan? Plan(ParseResult parsed, TextWriter notes)
    {
        if (parsed.GetValue(_folder) is not { } folder) return null;
        var plan = new CheckpointPlan(folder) { Resume = parsed.GetValue(_resume), Every = parsed.Optional(_every) };
        if (plan is { Resume: true, Exists: false }) notes.WriteLine($"no checkpoint in {folder} yet: the work begins");
        return plan;
    }

    /// <summary>Does the work; where it is cancelled and has left a checkpoint, says how to go on and gives the default.</summary>
    public T? OrSayHowToGoOn<T>(CheckpointPlan? plan, TextWriter notes, Func<T> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException) when (plan is { Exists: true })
        {
            notes.WriteLine($"bgm: cancelled; {_resume.Name} goes on from the checkpoint in {plan.Folder}");
            return null;
        }
    }
}
