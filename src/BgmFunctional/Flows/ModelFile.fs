// A flow as a safetensors file: its weights as arrays named by node and place ("x3.Terms.0.beta"), and in the header's metadata
// the graph as a graph file says it, and network sizes, scales, history, provenance and, of a classical fit, its inference as JSON.
// Numbers come back as the same bits.
namespace BgmFunctional.Flows

open System
open System.Text.Json
open System.Text.Json.Serialization
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// Saving and loading flows.
[<RequireQualifiedAccess>]
module ModelFile =

    let private kind = "bgm.tram-dag"
    let private version = 1

    let private jsonOptions =
        JsonSerializerOptions(
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false
        )

    // ---- saving -----------------------------------------------------------------------------------------------------

    let private json value = JsonSerializer.Serialize(value, jsonOptions)

    let private tensorName node path = $"{node}.{path}"

    let private store (tensor: Tensor) =
        let shape = List.ofArray tensor.Shape

        match tensor.DType with
        | Float32 -> StoredArray.F32(shape, Tensor.toFloat32 tensor)
        | _ -> StoredArray.F64(shape, Tensor.toArray tensor)

    /// Writes a flow, as a whole or not at all.
    let save (path: string) (flow: Flow) : Result<unit, FlowError> =
        let tensors = [
            for node in Dag.names flow.Dag do
                for place, tensor in Tree.namedLeaves flow.Weights[node] do
                    tensorName node place, store tensor
        ]

        let metadata = [
            "format", kind
            "version", string version
            "graph", GraphFile.format flow.Dag
            "units", json flow.Units
            "scales", json flow.Scales
            "history", json flow.History
            "provenance", json flow.Provenance
            if not flow.Inference.IsEmpty then
                "inference", json flow.Inference
        ]

        Safetensors.write path { Tensors = tensors; Metadata = Map.ofList metadata }
        |> Result.mapError FlowError.Data

    // ---- loading ----------------------------------------------------------------------------------------------------

    let private refuse path problem = Error(FlowError.BadModelFile(path, problem))

    let private checkVersion path (metadata: Map<string, string>) =
        match metadata.TryFind "version" |> Option.map Int32.TryParse with
        | Some(true, found) when found = version -> Ok()
        | Some(true, found) when found > version ->
            refuse
                path
                $"its format has version {found} and only versions up to {version} are known here; a newer release would read it"
        | _ -> refuse path "its metadata have no format version; save it again"

    let private checkKind path (metadata: Map<string, string>) =
        match metadata.TryFind "format" with
        | Some found when found = kind -> checkVersion path metadata
        | Some found -> Error(FlowError.Data(DataError.WrongKind(path, found, kind)))
        | None -> Error(FlowError.Data(DataError.WrongKind(path, "arrays without a format", kind)))

    let private entry path key (metadata: Map<string, string>) =
        match metadata.TryFind key with
        | Some text -> Ok text
        | None -> refuse path $"its metadata have no '{key}'; save it again"

    let private readGraph path metadata =
        let parse text =
            GraphFile.parse path text
            |> Result.mapError (fun problems ->
                FlowError.BadModelFile(path, $"its graph: {FlowError.message problems.Head}"))

        entry path "graph" metadata |> Result.bind parse

    let rec private hasNull (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.Object -> value.EnumerateObject() |> Seq.exists (fun item -> hasNull item.Value)
        | JsonValueKind.Array -> value.EnumerateArray() |> Seq.exists hasNull
        | other -> other = JsonValueKind.Null

    let private readJson<'T> path key metadata =
        let parse (text: string) =
            try
                use document = JsonDocument.Parse text

                if hasNull document.RootElement then
                    refuse path $"its '{key}' holds a null"
                else
                    Ok(JsonSerializer.Deserialize<'T>(document.RootElement, jsonOptions))
            with
            | :? JsonException as error -> refuse path $"its '{key}' is not what it should be: {error.Message}"
            | :? InvalidOperationException -> refuse path $"its '{key}' holds a text that is not valid Unicode"

        entry path key metadata |> Result.bind parse

    /// Every continuous node, and no other, has a scale that can be used.
    let private checkScales path dag (scales: Map<string, Scale>) =
        let continuous = [
            for node in Dag.nodes dag do
                if node.Kind.IsContinuous then
                    node.Name
        ]

        let isUsable (scale: Scale) =
            List.forall Double.IsFinite [ scale.Range.Low; scale.Range.High; scale.Mean; scale.StandardDeviation ]
            && scale.Range.Low < scale.Range.High
            && scale.StandardDeviation > 0.0

        match Seq.tryFind (fun (KeyValue(_, scale)) -> not (isUsable scale)) scales with
        | _ when Set.ofSeq scales.Keys <> Set.ofList continuous ->
            let found, wanted = String.concat ", " scales.Keys, String.concat ", " continuous
            refuse path $"its scales are of ({found}); the continuous nodes are ({wanted})"
        | Some(KeyValue(node, _)) -> refuse path $"the scale of node '{node}' is not made of finite numbers in order"
        | None -> Ok scales

    /// Absent from files of other fits, and from those of earlier releases.
    let private readInference path dag (metadata: Map<string, string>) =
        let isOf (node: Node) (inference: NodeInference) =
            let size = FreeNumbers.estimands dag node |> List.length

            inference.Covariance.Length = size
            && inference.Covariance |> Array.forall (fun row -> row.Length = size)

        let check (inference: Map<string, NodeInference>) =
            let isWhole =
                Set.ofSeq inference.Keys = Set.ofList (Dag.names dag)
                && Dag.nodes dag |> List.forall FreeNumbers.isLinear
                && Dag.nodes dag |> List.forall (fun node -> isOf node inference[node.Name])

            if isWhole then
                Ok inference
            else
                refuse path "its 'inference' does not fit its graph"

        if metadata.ContainsKey "inference" then
            readJson path "inference" metadata |> Result.bind check
        else
            Ok Map.empty

    let private widths dag (node: Node) =
        node.Terms
        |> List.map (
            Term.parents
            >> List.sumBy (fun parent -> Encoding.width (Dag.tryNode parent dag).Value)
        )

    /// The largest layer that a node's networks ask for, in numbers.
    let private largestLayer dag (units: NetworkUnits) head (node: Node) =
        let count = NodeModel.parameters head

        let sizes term width =
            match term with
            | Intercept _ -> width :: units.Intercept @ [ count ]
            | LinearShift _ -> [ width; 1 ]
            | ComplexShift _ -> width :: units.Shift @ [ 1 ]

        [ 1; count ] :: List.map2 sizes node.Terms (widths dag node)
        |> List.collect List.pairwise
        |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
        |> List.max

    /// Weights of the form that the graph asks for; refused before memory is, if the file cannot hold them.
    let private forms path dag (units: NetworkUnits) (scales: Map<string, Scale>) (stored: Map<string, StoredArray>) =
        let held = stored.Values |> Seq.sumBy (StoredArray.count >> float)

        let heads =
            Dag.nodes dag
            |> List.map (fun node -> NodeModel.head node (scales.TryFind node.Name), node)

        let tooLarge (head, node) = largestLayer dag units head node > held

        if units.Intercept @ units.Shift |> List.exists (fun count -> count < 1) then
            refuse path "its networks have a layer without units"
        else
            match List.tryFind tooLarge heads with
            | Some(_, node) -> refuse path $"node '{node.Name}' needs more numbers than the {held} that the file holds"
            | None ->
                Ok [
                    for head, node in heads ->
                        node.Name, NodeModel.init (Key.OfSeed 0L) units head node (widths dag node)
                ]

    /// The array of one place, as a tensor; absent, misshapen, or not finite it is refused.
    let private tensor path name (form: Tensor) (stored: Map<string, StoredArray>) =
        let check shape isFinite tensor =
            if shape <> List.ofArray form.Shape then
                refuse path $"array '{name}' has shape {shape}; {List.ofArray form.Shape} is needed"
            elif not isFinite then
                refuse path $"array '{name}' holds a number that is not finite"
            else
                Ok tensor

        match stored.TryFind name with
        | Some(StoredArray.F32(shape, values)) ->
            Tensor.view (List.toArray shape) values
            |> check shape (Array.forall Single.IsFinite values)
        | Some(StoredArray.F64(shape, values)) ->
            Tensor.view (List.toArray shape) values
            |> check shape (Array.forall Double.IsFinite values)
        | Some _ -> refuse path $"array '{name}' holds whole numbers; float32 or float64 is needed"
        | None -> refuse path $"array '{name}' is missing"

    let private fill path stored (node, form: NodeWeights) =
        Tree.namedLeaves form
        |> List.ofArray
        |> List.map (fun (place, leaf) ->
            tensor path (tensorName node place) leaf stored
            |> Result.mapError List.singleton)
        |> JsonValue.collect
        |> Result.map (fun tensors -> node, Tree.withLeaves (List.toArray tensors) form)

    let private readWeights path dag units scales (tensors: (string * StoredArray) list) =
        let stored = Map.ofList tensors

        forms path dag units scales stored
        |> Result.bind (fun forms ->
            let wanted = [
                for node, form in forms do
                    for place, _ in Tree.namedLeaves form -> tensorName node place
            ]

            match
                List.except wanted (List.map fst tensors), forms |> List.map (fill path stored) |> JsonValue.collect
            with
            | _, Error problems -> Error problems.Head
            | surplus :: _, _ -> refuse path $"array '{surplus}' belongs to no node of its graph"
            | [], Ok weights -> Ok(Map.ofList weights))

    let private ofContent path (content: Safetensors) =
        let metadata = content.Metadata

        checkKind path metadata
        |> Result.bind (fun () -> readGraph path metadata)
        |> Result.bind (fun dag ->
            match
                readJson path "units" metadata,
                readJson path "scales" metadata |> Result.bind (checkScales path dag),
                readJson path "history" metadata,
                readJson path "provenance" metadata,
                readInference path dag metadata
            with
            | Ok units, Ok scales, Ok history, Ok provenance, Ok inference ->
                readWeights path dag units scales content.Tensors
                |> Result.map (fun weights -> {
                    Dag = dag
                    Units = units
                    Weights = weights
                    Scales = scales
                    History = history
                    Provenance = provenance
                    Inference = inference
                })
            | Error error, _, _, _, _
            | _, Error error, _, _, _
            | _, _, Error error, _, _
            | _, _, _, Error error, _
            | _, _, _, _, Error error -> Error error)

    /// The flow in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of a newer version, or whose parts do not fit together is refused.
    let load (path: string) : Result<Flow, FlowError> =
        Safetensors.read path
        |> Result.mapError FlowError.Data
        |> Result.bind (ofContent path)
