// What scripts load: the library as `dotnet fsi build.fsx build` made it, and what every script does with a Result.
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.Kernels.dll"
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.Autodiff.dll"
#r "../src/BgmFunctional/bin/Release/net10.0/BgmFunctional.dll"

open BgmFunctional.Bgm
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.ImageBgm

let private orStop message result =
    match result with
    | Ok value -> value
    | Error error ->
        eprintfn "%s" (message error)
        exit 2

/// What a graph was asked for, or the end of the script with every problem that it has.
let ofGraph result = orStop (List.map FlowError.message >> String.concat "\n") result

/// What a flow was asked for, or the end of the script with what stood in the way.
let ofFlow result = orStop FlowError.message result

/// What a model of treatment effects was asked for, or the end of the script with what stood in the way.
let ofCausal result = orStop CausalError.message result

/// What a model of tables was asked for, or the end of the script with what stood in the way.
let ofBgm result = orStop BgmError.message result

/// What a model of images was asked for, or the end of the script with what stood in the way.
let ofImages result = orStop ImageError.message result

/// What a file or a table was asked for, or the end of the script with what stood in the way.
let ofData result = orStop DataError.message result

/// The numbers of a column.
let numbers name frame = Frame.column name frame |> Result.bind (Column.finite name) |> ofData
