namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What the files of models share: safetensors whose metadata say what they are, and arrays in the form that the metadata imply.
[<RequireQualifiedAccess>]
module internal ModelContent =

    /// What is read of an entry of the metadata, or what is wrong with it.
    let entry key (read: string -> Result<'T, string>) (content: Safetensors) : Result<'T, string> =
        match content.Metadata.TryFind key with
        | Some text -> read text |> Result.mapError (fun problem -> $"its '{key}' {problem}")
        | None -> Error $"its metadata have no '{key}'; save it again"

    /// Refuses a model whose largest array has more numbers than the file: it is not made.
    let requireRoom (largest: float) (content: Safetensors) : Result<unit, string> =
        let held = content.Tensors |> List.sumBy (snd >> StoredArray.count >> float)

        if largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        else
            Ok()

    /// Refuses numbers that are not finite, by the array's place.
    let requireFinite (arrays: 'Arrays) : Result<unit, string> =
        match
            Tree.namedLeaves arrays
            |> Array.tryFind (snd >> Tensor.toArray >> Array.forall Double.IsFinite >> not)
        with
        | Some(place, _) -> Error $"array '{place}' holds a number that is not finite"
        | None -> Ok()

    /// The arrays in a form of which the largest array has so many numbers; the form is made only if the file can hold it.
    let arrays (largest: float) (form: unit -> 'Arrays) (content: Safetensors) : Result<'Arrays, string> =
        result {
            do! requireRoom largest content
            let! arrays = StoredTree.toTree (form ()) content.Tensors
            do! requireFinite arrays
            return arrays
        }

    /// What is read of a file of this kind and version; a file that cannot be read or is of another kind, and one whose parts are wrong, each as an error
    /// of the model's own.
    let load
        (ofData: DataError -> 'Error)
        (ofProblem: string -> 'Error)
        (kind: string)
        (version: string)
        (read: Safetensors -> Result<'Model, string>)
        (path: string)
        : Result<'Model, 'Error> =
        Safetensors.read path
        |> Result.mapError ofData
        |> Result.bind (fun content ->
            let text key missing = content.Metadata.TryFind key |> Option.defaultValue missing

            match text "format" "arrays without a format", text "version" "nothing" with
            | found, _ when found <> kind -> Error(ofData (DataError.WrongKind(path, found, kind)))
            | _, found when found <> version ->
                Error(ofProblem $"its format has version {found}; {version} is known here")
            | _ -> read content |> Result.mapError ofProblem)
