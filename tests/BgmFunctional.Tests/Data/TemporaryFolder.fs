namespace BgmFunctional.Tests.Data

open System
open System.IO
open BgmFunctional.Data

/// What a test expects to succeed.
module Expect =
    let ok answer = BgmFunctional.Tests.Answers.valueOf DataError.message answer

/// A folder of its own for a test, gone when the test ends.
type TemporaryFolder() =
    let folder = Directory.CreateTempSubdirectory "bgm-test-"

    member _.File name = Path.Combine(folder.FullName, name)

    member _.Names =
        Directory.GetFiles folder.FullName
        |> Array.map (fun path -> string (Path.GetFileName path))

    interface IDisposable with
        member _.Dispose() = folder.Delete(recursive = true)
