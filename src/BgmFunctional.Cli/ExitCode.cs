namespace BgmFunctional.Cli;

/// <summary>How a run ends.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A bug: the run broke down.</summary>
    public const int Broken = 1;

    /// <summary>The input is refused, and nothing was written.</summary>
    public const int Refused = 2;

    /// <summary>Done, and a strict check has a warning.</summary>
    public const int Doubtful = 3;

    /// <summary>Cancelled by Ctrl+C, and nothing was written.</summary>
    public const int Cancelled = 130;
}
