namespace BgmFunctional.Fluent.Tests;

/// <summary>A folder of a test's own, gone afterwards.</summary>
public sealed class Temporary : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bgm");

    /// <summary>The path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    public IEnumerable<string> Files => _folder.EnumerateFiles().Select(file => file.Name).Order();

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
