module BgmFunctional.Tests.Data.AtomicFileTests

open System
open System.IO
open Xunit
open BgmFunctional.Data

let private writeText (text: string) (stream: Stream) = stream.Write(ReadOnlySpan(Text.Encoding.UTF8.GetBytes text))

[<Fact>]
let ``what is written is there, and nothing else`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "a.txt"
    Expect.ok (AtomicFile.write path (writeText "a longer text"))
    Expect.ok (AtomicFile.write path (writeText "new"))
    Assert.Equal("new", File.ReadAllText path)
    Assert.Equal<string[]>([| "a.txt" |], folder.Names)

[<Fact>]
let ``a writer that throws leaves the file as it was and nothing beside it`` () =
    for problem in [ InvalidOperationException() :> exn; OperationCanceledException() ] do
        use folder = new TemporaryFolder()
        let path = folder.File "a.txt"
        File.WriteAllText(path, "old")

        let write () =
            AtomicFile.write path (fun stream ->
                writeText "half" stream
                stream.Flush()
                raise problem)

        Assert.Same(problem, Assert.ThrowsAny<exn>(fun () -> write () |> ignore))
        Assert.Equal("old", File.ReadAllText path)
        Assert.Equal<string[]>([| "a.txt" |], folder.Names)

[<Fact>]
let ``a disk that refuses is an error, and leaves the file as it was`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "a.txt"
    File.WriteAllText(path, "old")
    let result = AtomicFile.write path (fun _ -> raise (IOException "No space left on device."))
    Assert.Equal(Error(DataError.FileUnwritable(path, "No space left on device.")), result)
    Assert.Equal("old", File.ReadAllText path)
    Assert.Equal<string[]>([| "a.txt" |], folder.Names)

[<Fact>]
let ``a folder that is not there, or in the file's place, is refused before anything is written`` () =
    use folder = new TemporaryFolder()
    let never (_: Stream) = failwith "The writer ran."
    let missing = folder.File "missing"

    Assert.Equal(
        Error(DataError.FolderMissing(Path.Combine(missing, "a.txt"), missing)),
        AtomicFile.write (Path.Combine(missing, "a.txt")) never
    )

    match AtomicFile.write (Path.GetDirectoryName(folder.File "x") |> string) never with
    | Error(DataError.FileUnwritable(_, reason)) -> Assert.Contains("folder", reason)
    | other -> failwith $"{other}"

[<Fact>]
let ``a refusal names the file that was asked for, not the one beside it`` () =
    use folder = new TemporaryFolder()
    let path = folder.File(String('a', 250))

    match AtomicFile.check path with
    | Error(DataError.FileUnwritable(at, reason)) ->
        Assert.Equal(path, at)
        Assert.DoesNotContain(".tmp", reason)
    | other -> failwith $"{other}"

[<Fact>]
let ``a link is followed from its own folder, not from the root`` () =
    use folder = new TemporaryFolder()
    let file, link = folder.File "file.txt", folder.File "link.txt"
    File.WriteAllText(file, "old")
    File.CreateSymbolicLink(link, "file.txt") |> ignore
    let fromHere = Path.GetRelativePath(Directory.GetCurrentDirectory(), link)
    Expect.ok (AtomicFile.write fromHere (writeText "new"))
    Assert.Equal("new", File.ReadAllText file)
    Assert.Equal(AtomicFile.target file, AtomicFile.target fromHere)

[<Fact>]
let ``a link stays a link, and the file behind it is replaced`` () =
    use folder = new TemporaryFolder()
    let file, link = folder.File "file.txt", folder.File "link.txt"
    File.WriteAllText(file, "old")
    File.CreateSymbolicLink(link, file) |> ignore
    Expect.ok (AtomicFile.write link (writeText "new"))
    Assert.Equal("new", File.ReadAllText file)
    Assert.NotNull(FileInfo(link).LinkTarget)

[<Fact>]
let ``a file that is missing, or is a folder, is refused`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "a.txt"
    Assert.Equal(Error(DataError.FileMissing path), AtomicFile.read path)
    Directory.CreateDirectory path |> ignore

    match AtomicFile.read path with
    | Error(DataError.FileUnreadable(at, reason)) ->
        Assert.Equal(path, at)
        Assert.Contains("folder", reason)
    | other -> failwith $"{other}"
