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

    /// The arrays in a form of which the largest array has so many numbers; the form is made only if the file can hold it.
    let arrays (largest: float) (form: unit -> 'Arrays) (content: Safetensors) : Result<'Arrays, string> =
        let held = content.Tensors |> List.sumBy (snd >> StoredArray.count >> float)

        if largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        else
            StoredTree.toTree (form ()) content.Tensors
            |> Result.bind (fun arrays ->
                match
                    Tree.namedLeaves arrays
                    |> Array.tryFind (snd >> Tensor.toArray >> Array.forall Double.IsFinite >> not)
                with
                | Some(place, _) -> Error $"array '{place}' holds a number that is not finite"
                | None -> Ok arrays)

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
