// A flow as a safetensors file: its weights as arrays named by node and place ("x3.Terms.0.beta"), and in the header's metadata
// the graph as a graph file says it, and network sizes, scales, history, provenance, recipe and, of a classical fit, its inference as JSON.
// Numbers come back as the same bits.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Nets

/// Saving and loading flows.
[<RequireQualifiedAccess>]
module ModelFile =

    let private kind = "bgm.tram-dag"
    let private version = 1
    let private intercept, private shift = "intercept", "shift"

    /// Writes a flow, as a whole or not at all.
    let save (path: string) (flow: Flow) : Result<unit, FlowError> =
        let metadata = [
            "format", kind
            "version", string version
            "graph", GraphFile.format flow.Dag
            "units", JsonText.write (Map [ intercept, flow.Units.Intercept; shift, flow.Units.Shift ])
            "activation", Activation.format flow.Units.Activation
            "scales", JsonText.write flow.Scales
            "history", JsonText.write flow.History
            "provenance", JsonText.write flow.Provenance
            if not flow.Inference.IsEmpty then
                "inference", JsonText.write flow.Inference
            if not flow.Recipe.IsEmpty then
                "recipe", JsonText.write flow.Recipe
        ]

        Safetensors.write path { Tensors = StoredTree.ofTree flow.Weights; Metadata = Map.ofList metadata }
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

    let private readJson<'T> path key metadata =
        entry path key metadata
        |> Result.bind (fun text ->
            match JsonText.read<'T> text with
            | Ok value -> Ok value
            | Error problem -> refuse path $"its '{key}' {problem}")

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

    /// The largest layer that a node's networks ask for, in numbers.
    let private largestLayer dag (units: NetworkUnits) head (node: Node) =
        let count = NodeModel.parameters head

        let sizes term width =
            match term with
            | Intercept _ -> width :: units.Intercept @ [ count ]
            | LinearShift _ -> [ width; 1 ]
            | ComplexShift _ -> width :: units.Shift @ [ 1 ]

        [ 1; count ] :: List.map2 sizes node.Terms (Encoding.widths dag node)
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
                        node.Name, NodeModel.init (Key.OfSeed 0L) units head node (Encoding.widths dag node)
                ]

    let private isFinite array =
        match array with
        | StoredArray.F32(_, values) -> Array.forall Single.IsFinite values
        | StoredArray.F64(_, values) -> Array.forall Double.IsFinite values
        | StoredArray.I32 _
        | StoredArray.I64 _
        | StoredArray.U8 _ -> true

    let private readWeights path dag units scales (arrays: (string * StoredArray) list) =
        forms path dag units scales (Map.ofList arrays)
        |> Result.bind (fun form ->
            match StoredTree.toTree (Map.ofList form) arrays, arrays |> List.tryFind (snd >> isFinite >> not) with
            | Error problem, _ -> refuse path problem
            | Ok _, Some(place, _) -> refuse path $"array '{place}' holds a number that is not finite"
            | Ok weights, None -> Ok weights)

    let private readUnits path (metadata: Map<string, string>) : Result<NetworkUnits, FlowError> =
        let ofEntries (units: Map<string, int list>) text =
            match units.TryFind intercept, units.TryFind shift, Activation.parse text with
            | Some ofIntercepts, Some ofShifts, Some activation when units.Count = 2 ->
                Ok { Intercept = ofIntercepts; Shift = ofShifts; Activation = activation }
            | _, _, None -> refuse path $"its networks have the activation '{text}', which is not known here"
            | _ -> refuse path $"its 'units' are not those of '{intercept}' and '{shift}'"

        let activation = metadata.TryFind "activation" |> Option.defaultValue (Activation.format Relu) // of the first files

        readJson path "units" metadata
        |> Result.bind (fun units -> ofEntries units activation)

    /// Absent from files of earlier releases.
    let private readRecipe path (metadata: Map<string, string>) =
        if metadata.ContainsKey "recipe" then
            readJson<Map<string, string>> path "recipe" metadata
        else
            Ok Map.empty

    let private ofContent path (content: Safetensors) =
        result {
            let metadata = content.Metadata
            do! checkKind path metadata
            let! dag = readGraph path metadata
            let! units = readUnits path metadata
            let! scales = readJson path "scales" metadata |> Result.bind (checkScales path dag)
            let! history = readJson path "history" metadata
            let! provenance = readJson path "provenance" metadata
            let! inference = readInference path dag metadata
            let! recipe = readRecipe path metadata
            let! weights = readWeights path dag units scales content.Tensors

            return {
                Dag = dag
                Units = units
                Weights = weights
                Scales = scales
                History = history
                Provenance = provenance
                Inference = inference
                Recipe = recipe
            }
        }

    /// The flow in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of a newer version, or whose parts do not fit together is refused.
    let load (path: string) : Result<Flow, FlowError> =
        Safetensors.read path
        |> Result.mapError FlowError.Data
        |> Result.bind (ofContent path)
