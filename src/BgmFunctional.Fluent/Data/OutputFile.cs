using BgmFunctional.Data;

namespace BgmFunctional.Fluent;

/// <summary>Files to be written, looked at before the work whose result they take.</summary>
public static class OutputFile
{
    /// <summary>Refuses a path that cannot be written to; a file that is there stays as it is.</summary>
    /// <exception cref="DataException">The folder does not exist or takes no files, or the path is a folder.</exception>
    public static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.check(path).OrThrow();
    }

    /// <summary>True if two paths mean one file in the end, links followed.</summary>
    public static bool IsSame(string path, string other) => AtomicFile.target(path) == AtomicFile.target(other);

    /// <summary>True if a path names this process's standard output, where rows go on after what is there.</summary>
    public static bool IsStandardOutput(string path) => AtomicFile.isStandardOutput(path);

    /// <summary>Writes a text as a file in UTF-8, as a whole or not at all.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public static void Write(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(text);
        AtomicFile.writeText(path, text).OrThrow();
    }
}
