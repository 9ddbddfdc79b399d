namespace BgmFunctional.Data

open System
open System.IO

/// Files that are there as a whole or not at all.
[<RequireQualifiedAccess>]
module AtomicFile =
    /// The full path of the file that a path means in the end, links followed: renaming over a link would replace the link.
    let target (path: string) =
        let full = Path.GetFullPath path

        let behind =
            if File.Exists full then
                Option.ofObj (File.ResolveLinkTarget(full, returnFinalTarget = true))
            else
                None

        behind |> Option.map _.FullName |> Option.defaultValue full

    let private bufferSize = 65536

    /// Devices (`/dev/stdout`) are written to directly: there is nothing beside them to rename.
    let private isDevice (path: string) =
        not (OperatingSystem.IsWindows())
        && (Path.GetFullPath path).StartsWith("/dev/", StringComparison.Ordinal)

    /// Whether a path names this process's standard output.
    let isStandardOutput (path: string) = path = "/dev/stdout" || path = "/dev/fd/1"

    /// Opened by its path, a file that standard output goes to would be written over from its beginning.
    let private fillDevice (writer: Stream -> unit) path =
        use stream =
            if isStandardOutput path then
                new BufferedStream(Console.OpenStandardOutput(), bufferSize) :> Stream
            else
                new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize)

        writer stream

    let private fillFile (writer: Stream -> unit) path =
        use stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize)
        writer stream
        stream.Flush(flushToDisk = true)

    let private temporaryBeside final = $"{final}.{Path.GetRandomFileName()}.tmp"

    let private replace writer final temporary =
        try
            fillFile writer temporary
            File.Move(temporary, final, overwrite = true)
        finally
            File.Delete temporary

    /// A temporary file that is empty and gone when it is closed: the folder takes files, or this throws.
    let private probe temporary =
        use _ = File.Create(temporary, 1, FileOptions.DeleteOnClose)
        ()

    let private isFolder = "this is a folder; name a file in it."

    /// Does what writes to the path by a temporary file beside it, and refuses what goes wrong there; nobody is told of the temporary file.
    let private attempt (path: string) (write: string -> unit) =
        let folder = Path.GetFullPath path |> Path.GetDirectoryName |> Option.ofObj

        match folder with
        | Some folder when not (Directory.Exists folder) -> Error(DataError.FolderMissing(path, folder))
        | None -> Error(DataError.FileUnwritable(path, isFolder))
        | Some _ when Directory.Exists path -> Error(DataError.FileUnwritable(path, isFolder))
        | Some _ ->
            let temporary = temporaryBeside (target path)

            let unwritable (problem: exn) =
                Error(DataError.FileUnwritable(path, problem.Message.Replace(temporary, path)))

            try
                Ok(write temporary)
            with
            | :? IOException as problem -> unwritable problem
            | :? UnauthorizedAccessException as problem -> unwritable problem

    /// Refuses a path that `write` would refuse, and leaves no trace.
    let check (path: string) =
        attempt path (fun temporary ->
            if not (isDevice path) then
                probe temporary)

    /// Writes a file through a temporary one beside it, which takes its place when it is complete. If the writer throws
    /// (or is cancelled), the temporary file is deleted, a file that was there is as it was, and the exception goes on.
    let write (path: string) (writer: Stream -> unit) =
        attempt path (fun temporary ->
            if isDevice path then
                fillDevice writer path
            else
                replace writer (target path) temporary)

    /// Writes a text in UTF-8, as `write` does.
    let writeText (path: string) (text: string) =
        write path (fun stream -> stream.Write(ReadOnlySpan(System.Text.Encoding.UTF8.GetBytes text)))

    /// All bytes of a file; one that is missing or cannot be read is refused.
    let read (path: string) =
        try
            Ok(File.ReadAllBytes path)
        with
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(DataError.FileMissing path)
        | :? IOException as problem -> Error(DataError.FileUnreadable(path, problem.Message))
        | :? UnauthorizedAccessException when Directory.Exists path -> Error(DataError.FileUnreadable(path, isFolder))
        | :? UnauthorizedAccessException as problem -> Error(DataError.FileUnreadable(path, problem.Message))
