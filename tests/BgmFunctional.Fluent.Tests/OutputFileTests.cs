using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly Temporary _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Check_OfAPathThatWillDo_LeavesNoTrace()
    {
        _files.Write("old", "kept");
        OutputFile.Check(_files["old"]);
        OutputFile.Check(_files["new"]);

        Assert.Equal(["old"], _files.Files);
        Assert.Equal("kept", File.ReadAllText(_files["old"]));
    }

    [Fact]
    public void Check_OfAFolder_Throws() =>
        Assert.Contains("folder", Assert.Throws<DataException>(() => OutputFile.Check(_files["."])).Message);

    [Fact]
    public void Check_InNoFolder_Throws() =>
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => OutputFile.Check(Path.Combine(_files["none"], "x"))).Message);
}
