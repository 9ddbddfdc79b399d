namespace BgmFunctional.Fluent.Tests;

/// <summary>Files of the repository that a test reads.</summary>
internal static class Repository
{
    private static readonly string Root = Above(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The path of a file, from its path in the repository.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Above(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "BgmFunctional.sln")) ? folder.FullName : Above(folder.Parent!);
}
