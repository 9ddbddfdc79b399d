namespace BgmFunctional.Data

open System.IO
open System.IO.Compression

/// NumPy's archives of named arrays: a ZIP file with an NPY file for each.
[<RequireQualifiedAccess>]
module Npz =
    let private extension = ".npy"

    /// Named arrays as an archive, compressed.
    let toBytes (arrays: (string * StoredArray) list) : byte[] =
        use buffer = new MemoryStream()

        using (new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen = true)) (fun archive ->
            for name, array in arrays do
                use entry = archive.CreateEntry(name + extension).Open()
                let bytes = Npy.toBytes array
                entry.Write(bytes, 0, bytes.Length))

        buffer.ToArray()

    let private readEntry path (entry: ZipArchiveEntry) =
        use content = new MemoryStream()
        using (entry.Open()) (fun stream -> stream.CopyTo content)

        let name =
            if entry.Name.EndsWith extension then
                entry.FullName[.. entry.FullName.Length - extension.Length - 1]
            else
                entry.FullName

        Npy.ofBytes $"{path}, {entry.FullName}" (content.ToArray())
        |> Result.map (fun array -> name, array)

    /// The arrays in an archive's bytes, in its order; what is no archive of arrays is refused under the path, with the name of the array.
    let ofBytes (path: string) (bytes: byte[]) : Result<(string * StoredArray) list, DataError> =
        try
            use archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read)
            let results = archive.Entries |> Seq.map (readEntry path) |> List.ofSeq

            let refused =
                results
                |> List.tryPick (function
                    | Error error -> Some error
                    | Ok _ -> None)

            match refused with
            | Some error -> Error error
            | None -> Ok(results |> List.choose Result.toOption)
        with :? InvalidDataException as problem ->
            Error(DataError.WrongFormat(path, "NPZ", problem.Message))

    /// The arrays in a file.
    let read path = AtomicFile.read path |> Result.bind (ofBytes path)

    /// Writes arrays as a whole file or not at all.
    let write path arrays =
        let bytes = toBytes arrays
        AtomicFile.write path (fun stream -> stream.Write(bytes, 0, bytes.Length))
