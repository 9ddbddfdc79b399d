namespace BgmFunctional.Data

open BgmFunctional.Autodiff

/// The tensors of a record as arrays of a file, named by their places in it ("x3.Terms.0.beta"), and back.
[<RequireQualifiedAccess>]
module internal StoredTree =

    let private store (tensor: Tensor) =
        let shape = List.ofArray tensor.Shape

        match tensor.DType with
        | Float32 -> StoredArray.F32(shape, Tensor.toFloat32 tensor)
        | _ -> StoredArray.F64(shape, Tensor.toArray tensor)

    /// The arrays of a value.
    let ofTree (tree: 'Tree) : (string * StoredArray) list =
        Tree.namedLeaves tree
        |> Array.map (fun (place, tensor) -> place, store tensor)
        |> List.ofArray

    let private tensor (arrays: Map<string, StoredArray>) (place, form: Tensor) =
        let ofShape shape tensor =
            if shape = List.ofArray form.Shape then
                Ok tensor
            else
                Error $"array '{place}' has shape {shape}; {List.ofArray form.Shape} is needed"

        match arrays.TryFind place with
        | Some(StoredArray.F32(shape, values)) -> Tensor.view (List.toArray shape) values |> ofShape shape
        | Some(StoredArray.F64(shape, values)) -> Tensor.view (List.toArray shape) values |> ofShape shape
        | Some _ -> Error $"array '{place}' holds whole numbers; float32 or float64 is needed"
        | None -> Error $"array '{place}' is missing"

    /// A value of the form of another from exactly its arrays, or what is wrong with them.
    let toTree (form: 'Tree) (arrays: (string * StoredArray) list) : Result<'Tree, string> =
        let leaves = Tree.namedLeaves form
        let found = leaves |> Array.map (tensor (Map.ofList arrays))

        let refusals =
            found
            |> Array.choose (fun result ->
                match result with
                | Error problem -> Some problem
                | Ok _ -> None)

        match Array.tryHead refusals, List.except (Array.map fst leaves) (List.map fst arrays) with
        | Some problem, _ -> Error problem
        | None, surplus :: _ -> Error $"array '{surplus}' has no place in it"
        | None, [] -> Ok(Tree.withLeaves (Array.choose Result.toOption found) form)
