/// Files of the repository that a test reads.
module BgmFunctional.Tests.Repository

open System
open System.IO

/// The folder with BgmFunctional.sln, above the tests' own.
let private root =
    Seq.unfold
        (fun (folder: DirectoryInfo) -> Option.ofObj folder |> Option.map (fun folder -> folder, folder.Parent))
        (DirectoryInfo AppContext.BaseDirectory)
    |> Seq.find (fun folder -> File.Exists(Path.Combine(folder.FullName, "BgmFunctional.sln")))

/// The path of a file, from its path in the repository.
let path (relative: string) = Path.Combine(root.FullName, relative)

/// The path of a file under data/.
let data (parts: string list) = Path.Combine(List.toArray (root.FullName :: "data" :: parts))
