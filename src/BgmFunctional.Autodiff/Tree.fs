namespace BgmFunctional.Autodiff

open System
open System.Collections
open System.Collections.Concurrent
open System.Collections.Generic
open Microsoft.FSharp.Reflection

/// Any record, union, tuple, option, list, array or map with tensors in it, seen as its tensors in order. Gradients, optimisers and
/// checkpoints work on every model through it. Other values (names, numbers) are kept as they are.
[<RequireQualifiedAccess>]
module Tree =

    /// How one type is taken apart and put together: children with their names, and the same value from new children.
    [<NoComparison; NoEquality>]
    type private Form =
        | Leaf
        | Opaque
        | Node of children: (obj -> (string * Type * obj)[]) * rebuild: (obj -> obj[] -> obj)

    let private generic (definition: Type) (t: Type) = t.IsGenericType && t.GetGenericTypeDefinition() = definition

    let private positions (t: Type) (items: obj seq) =
        items |> Seq.mapi (fun i item -> string i, t, item) |> Seq.toArray

    let private arrayForm (t: Type) =
        let element = t.GetElementType()

        let rebuild (_: obj) (items: obj[]) =
            let array = Array.CreateInstance(element, items.Length)
            items.CopyTo(array, 0)
            box array

        Node((fun x -> positions element (Seq.cast<obj>(x :?> IEnumerable))), rebuild)

    let private listForm (t: Type) =
        let element = t.GetGenericArguments()[0]
        let cases = FSharpType.GetUnionCases t
        let empty = FSharpValue.MakeUnion(cases[0], [||])
        let cons = FSharpValue.PreComputeUnionConstructor cases[1]
        let rebuild (_: obj) (items: obj[]) = Array.foldBack (fun item tail -> cons [| item; tail |]) items empty
        Node((fun x -> positions element (Seq.cast<obj>(x :?> IEnumerable))), rebuild)

    let private mapForm (t: Type) =
        let pair = typedefof<KeyValuePair<_, _>>.MakeGenericType(t.GetGenericArguments())
        let key, value = pair.GetProperty "Key", pair.GetProperty "Value"
        let pairs (x: obj) = Seq.cast<obj>(x :?> IEnumerable) |> Seq.toArray
        let element = t.GetGenericArguments()[1]
        let tuple = FSharpType.MakeTupleType(t.GetGenericArguments())
        let create = t.GetConstructors() |> Array.find (fun c -> c.GetParameters().Length = 1)

        let children x =
            pairs x
            |> Array.map (fun item -> string (key.GetValue item), element, value.GetValue item)

        let rebuild x (items: obj[]) =
            let tuples = Array.CreateInstance(tuple, items.Length)

            pairs x
            |> Array.iteri (fun i item ->
                tuples.SetValue(FSharpValue.MakeTuple([| key.GetValue item; items[i] |], tuple), i))

            create.Invoke [| tuples |]

        Node(children, rebuild)

    let private fieldsForm (fields: (string * Type)[]) read make =
        Node((fun x -> Array.map2 (fun (name, t) value -> name, t, value) fields (read x)), (fun _ items -> make items))

    let private unionForm (t: Type) =
        let tagOf = FSharpValue.PreComputeUnionTagReader(t, true)

        let cases =
            FSharpType.GetUnionCases(t, true)
            |> Array.map (fun case ->
                case.GetFields() |> Array.map (fun field -> field.Name, field.PropertyType),
                FSharpValue.PreComputeUnionReader(case, true),
                FSharpValue.PreComputeUnionConstructor(case, true))

        let children x =
            let fields, read, _ = cases[tagOf x]
            Array.map2 (fun (name, t) value -> name, t, value) fields (read x)

        let rebuild x items =
            let _, _, make = cases[tagOf x]
            make items

        Node(children, rebuild)

    let private makeForm (t: Type) =
        if t = typeof<Tensor> then
            Leaf
        elif t.IsArray then
            arrayForm t
        elif generic typedefof<list<_>> t then
            listForm t
        elif generic typedefof<Map<_, _>> t then
            mapForm t
        elif FSharpType.IsTuple t then
            let fields = FSharpType.GetTupleElements t |> Array.mapi (fun i t -> string i, t)
            fieldsForm fields (FSharpValue.PreComputeTupleReader t) (FSharpValue.PreComputeTupleConstructor t)
        elif FSharpType.IsRecord(t, true) then
            let fields =
                FSharpType.GetRecordFields(t, true)
                |> Array.map (fun field -> field.Name, field.PropertyType)

            fieldsForm
                fields
                (FSharpValue.PreComputeRecordReader(t, true))
                (FSharpValue.PreComputeRecordConstructor(t, true))
        elif FSharpType.IsUnion(t, true) then
            unionForm t
        else
            Opaque

    let private forms = ConcurrentDictionary<Type, Form>()
    let private form t = forms.GetOrAdd(t, makeForm)

    let rec private collect (path: string) (t: Type) (x: obj) (leaves: ResizeArray<string * Tensor>) =
        match form t with
        | Leaf -> leaves.Add(path, x :?> Tensor)
        | Opaque -> ()
        | Node _ when isNull x -> ()
        | Node(children, _) ->
            for name, childType, child in children x do
                collect (if path = "" then name else path + "." + name) childType child leaves

    let rec private replace (t: Type) (x: obj) (next: unit -> Tensor) : obj =
        match form t with
        | Leaf -> box (next ())
        | Opaque -> x
        | Node _ when isNull x -> x
        | Node(children, rebuild) ->
            rebuild
                x
                (children x
                 |> Array.map (fun (_, childType, child) -> replace childType child next))

    /// The tensors with their paths, such as "Hidden.0.Weight", in the order of fields.
    let namedLeaves (x: 'a) : (string * Tensor)[] =
        let leaves = ResizeArray()
        collect "" typeof<'a> (box x) leaves
        leaves.ToArray()

    /// The tensors, in the order of fields.
    let leaves (x: 'a) : Tensor[] = namedLeaves x |> Array.map snd

    /// The same value with other tensors in place of its own, in the same order.
    /// <exception cref="System.ArgumentException">Another number of tensors than the value has.</exception>
    let withLeaves (tensors: Tensor[]) (x: 'a) : 'a =
        let mutable i = 0

        let next () =
            i <- i + 1

            if i > tensors.Length then
                invalidArg (nameof tensors) $"{typeof<'a>.Name} has more tensors than the {tensors.Length} given"

            tensors[i - 1]

        let result = replace typeof<'a> (box x) next :?> 'a

        if i <> tensors.Length then
            invalidArg (nameof tensors) $"{typeof<'a>.Name} has {i} tensors, {tensors.Length} were given"

        result

    /// A function on every tensor.
    let map (f: Tensor -> Tensor) (x: 'a) : 'a = withLeaves (Array.map f (leaves x)) x

    /// A function on the tensors of two values of one form, pair by pair.
    /// <exception cref="System.ArgumentException">One has more tensors than the other.</exception>
    let map2 (f: Tensor -> Tensor -> Tensor) (x: 'a) (y: 'a) : 'a =
        let left, right = leaves x, leaves y

        if left.Length <> right.Length then
            invalidArg (nameof y) $"{typeof<'a>.Name}: {left.Length} tensors do not pair with {right.Length}"

        withLeaves (Array.map2 f left right) x

    /// Number of elements of all tensors together.
    let size (x: 'a) = leaves x |> Array.sumBy (fun t -> t.Size)
