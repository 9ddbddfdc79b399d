// A fitted flow and the questions it answers. Queries run in float64, whatever the weights were trained in, so that what is abducted
// comes back as it was. Rows are worked through in pieces, on all threads.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// The losses of an epoch, by node: mean negative log-likelihood, nats.
type Epoch = {
    /// Mean over the epoch's batches, while the weights moved.
    Training: Map<string, float>
    /// On the validation rows after the epoch; empty without such rows.
    Validation: Map<string, float>
}

/// Where a flow comes from.
type Provenance = {
    /// The seed of the fit.
    Seed: int64
    /// Rows that it was fitted to.
    Rows: int
    /// Epochs that it took.
    Epochs: int
    /// Version of this library.
    Library: string
}

/// A flow: graph, weights by node, scales of continuous nodes, and how it was fitted. Immutable.
type Flow = {
    /// The labelled graph.
    Dag: Dag
    /// Sizes of the networks behind the terms.
    Units: NetworkUnits
    /// What the fit has found, by node.
    Weights: Map<string, NodeWeights>
    /// What the training rows said about each continuous node.
    Scales: Map<string, Scale>
    /// Losses of the fit, epoch by epoch.
    History: Epoch list
    /// Where it comes from.
    Provenance: Provenance
}

/// What a node is set to by an intervention.
type Setting =
    /// A number, or the code of a level.
    | To of value: float
    /// A level by name.
    | ToLevel of name: string
    /// One number a row (a soft intervention computed from the rows, for instance).
    | ToEach of values: float[]

/// An interpretable number of a fitted flow: the effect of a parent on the log-odds scale of a node.
type Coefficient = {
    /// The node whose latent moves.
    Node: string
    /// The parent that moves it.
    Parent: string
    /// The parent's level, or none for a continuous parent.
    Level: string option
    /// β: a unit of the parent, or this level against the parent's lowest one. Added to u of a continuous node, subtracted from the cut points of an
    /// ordinal one.
    Estimate: float
    /// exp(β): an odds ratio.
    OddsRatio: float
}

/// Queries of a flow.
[<RequireQualifiedAccess>]
module Flow =

    /// Rows of a piece: enough to be quick, and few enough that its arrays stay in the cache and off the large-object heap.
    let private pieceRows = 256

    let private prepare (flow: Flow) (node: Node) =
        let scale = flow.Scales.TryFind node.Name
        let weights = flow.Weights[node.Name] |> Tree.map (Tensor.cast Float64)
        NodeModel.head node scale, weights

    let internal parentTensors (dag: Dag) (scales: Map<string, Scale>) (values: float[][]) (node: Node) =
        node.Terms
        |> List.map (fun term ->
            Term.parents term
            |> List.map (fun parent ->
                let position = Dag.position parent dag
                (Dag.nodes dag)[position], scales.TryFind parent, values[position])
            |> Encoding.parents)

    /// Runs body on pieces of rows: start and length. Each piece writes its own rows only, so threads do not matter.
    let private eachPiece (team: Team) rows (body: int -> int -> unit) =
        let pieces = (rows + pieceRows - 1) / pieceRows
        team.Run(pieces, fun i -> body (i * pieceRows) (min pieceRows (rows - i * pieceRows)))

    let private piece start length (values: float[][]) =
        values
        |> Array.map (fun column -> if isNull column then null else Array.sub column start length)

    // ---- data -----------------------------------------------------------------------------------------------------

    /// The columns of the model's nodes as numbers, in the order of the graph; exactly these columns are wanted.
    let internal encode (dag: Dag) (frame: Frame) : Result<float[][], FlowError> =
        let collect (nodes: Node list) =
            (Ok [], nodes)
            ||> List.fold (fun columns node ->
                columns
                |> Result.bind (fun columns ->
                    Frame.column node.Name frame
                    |> Result.bind (Encoding.values node)
                    |> Result.map (fun values -> values :: columns)))
            |> Result.map (List.rev >> List.toArray)

        Frame.exactly (Dag.names dag) frame
        |> Result.bind (fun _ -> collect (Dag.nodes dag))
        |> Result.mapError FlowError.Data

    let private decode (dag: Dag) (values: float[][]) =
        Dag.nodes dag
        |> List.mapi (fun i node -> node.Name, Encoding.column node values[i])
        |> Frame.ofColumns
        |> Result.mapError FlowError.Data

    // ---- interventions ----------------------------------------------------------------------------------------------

    let private settingValues (node: Node) rows setting =
        let levels =
            match node.Kind with
            | Ordinal levels -> Some levels
            | Continuous _ -> None

        let isValue (value: float) =
            match levels with
            | Some levels -> value = floor value && value >= 0.0 && value < float (Levels.count levels)
            | None -> Double.IsFinite value

        let refuse text =
            match levels with
            | Some levels -> Error(FlowError.NotALevel(node.Name, text, String.concat ", " (Levels.names levels)))
            | None -> Error(FlowError.NotANumber(node.Name, text))

        let checkAll (values: float[]) =
            match Array.tryFind (isValue >> not) values with
            | Some value -> refuse (string value)
            | None -> Ok values

        match setting with
        | To value -> checkAll (Array.create rows value)
        | ToEach values when values.Length = rows -> checkAll values
        | ToEach values -> Error(FlowError.WrongLength(node.Name, values.Length, rows))
        | ToLevel name ->
            match levels |> Option.map Levels.names |> Option.bind (List.tryFindIndex ((=) name)) with
            | Some code -> Ok(Array.create rows (float code))
            | None -> refuse name

    /// Columns that an intervention sets, null elsewhere.
    let private clamped (dag: Dag) rows (interventions: (string * Setting) list) : Result<float[][], FlowError> =
        let columns: float[][] = Array.zeroCreate (Dag.nodes dag).Length

        (Ok columns, interventions)
        ||> List.fold (fun columns (name, setting) ->
            columns
            |> Result.bind (fun columns ->
                match Dag.tryNode name dag with
                | None -> Error(FlowError.UnknownNode(name, Dag.names dag))
                | Some node ->
                    settingValues node rows setting
                    |> Result.map (fun values -> Array.updateAt (Dag.position name dag) values columns)))

    /// Refuses an intervention that the graph cannot take, before any data are read.
    let checkInterventions (flow: Flow) (interventions: (string * Setting) list) : Result<unit, FlowError> =
        interventions
        |> List.filter (fun (_, setting) -> not setting.IsToEach)
        |> clamped flow.Dag 1
        |> Result.bind (fun _ ->
            match
                interventions
                |> List.tryFind (fun (name, _) -> (Dag.tryNode name flow.Dag).IsNone)
            with
            | Some(name, _) -> Error(FlowError.UnknownNode(name, Dag.names flow.Dag))
            | None -> Ok())

    // ---- the first rung: what is seen -------------------------------------------------------------------------------

    let private rowsOf (values: float[][]) = values[0].Length

    /// log p of each node given its parents, (nodes)(n), nats.
    let private nodeLogProbs team flow (values: float[][]) =
        let rows = rowsOf values
        let nodes = Dag.nodes flow.Dag |> List.toArray
        let models = nodes |> Array.map (prepare flow)
        let results = nodes |> Array.map (fun _ -> Array.zeroCreate<float> rows)

        eachPiece team rows (fun start length ->
            let values = piece start length values

            nodes
            |> Array.iteri (fun i node ->
                let head, weights = models[i]

                let input = {
                    Features = NodeModel.features head values[i]
                    Parents = parentTensors flow.Dag flow.Scales values node
                }

                (Tensor.toArray (NodeModel.logProb head weights input)).CopyTo(results[i], start)))

        results

    /// Joint log-density of each row, (n), nats.
    let logProb (team: Team) (frame: Frame) (flow: Flow) : Result<float[], FlowError> =
        encode flow.Dag frame
        |> Result.map (fun values ->
            let nodes = nodeLogProbs team flow values
            Array.init (rowsOf values) (fun row -> nodes |> Array.sumBy (fun node -> node[row])))

    let internal nllOfValues team flow (values: float[][]) =
        let nodes = nodeLogProbs team flow values

        Dag.names flow.Dag
        |> List.mapi (fun i name -> name, -(Array.average nodes[i]))
        |> Map.ofList

    /// Mean negative log-likelihood of each node, nats.
    let nll (team: Team) (frame: Frame) (flow: Flow) : Result<Map<string, float>, FlowError> =
        encode flow.Dag frame |> Result.map (nllOfValues team flow)

    // ---- from latents to values and back ----------------------------------------------------------------------------

    let private rowReader (x: Tensor) =
        let values = Tensor.toArray x
        let width = x.Shape[1]

        if x.Shape[0] = 1 then
            (fun _ k -> values[k])
        else
            (fun row k -> values[row * width + k])

    let private shiftReader (shift: Tensor option) =
        match shift with
        | Some shift ->
            let values = Tensor.toArray shift
            fun row -> values[row]
        | None -> fun _ -> 0.0

    /// A node's values from its latents and its parents' values.
    let private push head (weights: NodeWeights) (parents: Tensor list) (u: float[]) =
        let theta, shift = NodeModel.conditioners weights parents
        let shiftOf = shiftReader shift

        match head with
        | Monotone transformation -> transformation.Inverse theta (u |> Array.mapi (fun row u -> u - shiftOf row))
        | Levelled levels ->
            let cuts = rowReader (OrderedLogit.cutPoints theta)

            u
            |> Array.mapi (fun row u -> float (OrderedLogit.level levels cuts shiftOf u row))

    /// A node's latents from its values and its parents'; p places an ordinal node's latent inside its level's interval.
    let private pull head (weights: NodeWeights) (parents: Tensor list) (x: float[]) (p: float[]) =
        let theta, shift = NodeModel.conditioners weights parents
        let shiftOf = shiftReader shift

        match head with
        | Monotone transformation ->
            let h, _ = transformation.Forward (transformation.Features x) theta
            Tensor.toArray h |> Array.mapi (fun row h -> h + shiftOf row)
        | Levelled levels ->
            let cuts = rowReader (OrderedLogit.cutPoints theta)

            x
            |> Array.mapi (fun row code ->
                let low, high = OrderedLogit.bounds levels cuts shiftOf (int code) row
                Logistic.truncatedQuantile low high p[row])

    // Parts of a caller's key, which may be the key of the fit too (that takes parts 0, 1, 2): rows sampled and then abducted with one
    // seed must not meet the same numbers again.
    let private latentsOf (key: Key) = key.Child 3L
    let private placesOf (key: Key) = key.Child 4L

    /// Draw number start … of the stream of a node.
    let private draws draw (key: Key) node start length =
        let values = Array.zeroCreate<float> length
        Kernels<float>.Best.Random(draw, key.Child(int64 node), int64 start, Span values)
        values

    /// Pushes latents through the graph in its order; clamped nodes keep their values and hear no parents.
    let private pushAll team flow rows (clamped: float[][]) (latents: int -> int -> int -> float[]) =
        let nodes = Dag.nodes flow.Dag |> List.toArray
        let order = Dag.order flow.Dag |> List.toArray
        let models = nodes |> Array.map (prepare flow)
        let results = nodes |> Array.map (fun _ -> Array.zeroCreate<float> rows)

        eachPiece team rows (fun start length ->
            let values: float[][] = piece start length clamped

            for i in order do
                if isNull values[i] then
                    let head, weights = models[i]
                    let parents = parentTensors flow.Dag flow.Scales values nodes[i]
                    values[i] <- push head weights parents (latents i start length)

                values[i].CopyTo(results[i], start))

        results

    /// n rows of the model, or of the model under an intervention: each node clamped hears no parents any more. Row i of the
    /// result depends on the key and on i alone.
    let sample
        (team: Team)
        (key: Key)
        (interventions: (string * Setting) list)
        (n: int)
        (flow: Flow)
        : Result<Frame, FlowError> =
        if n < 1 then
            Error(FlowError.BadOption("n", string n, "at least 1"))
        else
            clamped flow.Dag n interventions
            |> Result.bind (fun clamped ->
                pushAll team flow n clamped (draws Draw.Logistic (latentsOf key))
                |> decode flow.Dag)

    /// The latent of each node in each row: exact for continuous nodes; for ordinal ones a draw from the standard logistic distribution inside the interval of
    /// the row's level.
    let abduct (team: Team) (key: Key) (frame: Frame) (flow: Flow) : Result<Frame, FlowError> =
        encode flow.Dag frame
        |> Result.bind (fun values ->
            let rows = rowsOf values
            let nodes = Dag.nodes flow.Dag |> List.toArray
            let models = nodes |> Array.map (prepare flow)
            let results = nodes |> Array.map (fun _ -> Array.zeroCreate<float> rows)

            eachPiece team rows (fun start length ->
                let values = piece start length values

                nodes
                |> Array.iteri (fun i node ->
                    let head, weights = models[i]
                    let parents = parentTensors flow.Dag flow.Scales values node
                    let p = draws Draw.Uniform (placesOf key) i start length
                    (pull head weights parents values[i] p).CopyTo(results[i], start)))

            nodes
            |> Array.mapi (fun i node -> node.Name, Column.Numeric results[i])
            |> Frame.ofColumns
            |> Result.mapError FlowError.Data)

    /// The rows that these latents make, under an intervention if any: latents of abducted rows give those rows back, and their
    /// counterfactuals under an intervention.
    let ofLatents
        (team: Team)
        (interventions: (string * Setting) list)
        (latents: Frame)
        (flow: Flow)
        : Result<Frame, FlowError> =
        let column (node: Node) = Frame.column node.Name latents |> Result.bind (Column.finite node.Name)

        Frame.exactly (Dag.names flow.Dag) latents
        |> Result.bind (fun _ ->
            (Ok [], Dag.nodes flow.Dag)
            ||> List.fold (fun columns node ->
                columns
                |> Result.bind (fun columns -> column node |> Result.map (fun values -> values :: columns))))
        |> Result.map (List.rev >> List.toArray)
        |> Result.mapError FlowError.Data
        |> Result.bind (fun u ->
            let rows = rowsOf u

            clamped flow.Dag rows interventions
            |> Result.bind (fun clamped ->
                pushAll team flow rows clamped (fun node start length -> Array.sub u[node] start length)
                |> decode flow.Dag))

    // ---- the second and third rung: what if we act, what if we had acted ----------------------------------------------

    /// What each row would have been under an intervention: abduct, act, predict. An ordinal node's latent is drawn inside its level's interval.
    let counterfactual team key interventions (frame: Frame) (flow: Flow) : Result<Frame, FlowError> =
        checkInterventions flow interventions
        |> Result.bind (fun () -> abduct team key frame flow)
        |> Result.bind (fun latents -> ofLatents team interventions latents flow)

    /// P(Y = k) of an ordinal node in each row given its parents' values there, parents clamped by an intervention first: (n)(K), analytic.
    let pmf
        (team: Team)
        (name: string)
        (interventions: (string * Setting) list)
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        match Dag.tryNode name flow.Dag with
        | None -> Error(FlowError.UnknownNode(name, Dag.names flow.Dag))
        | Some({ Kind = Continuous _ } as node) -> Error(FlowError.NotOrdinal node.Name)
        | Some({ Kind = Ordinal levels } as node) ->
            let count = Levels.count levels

            encode flow.Dag frame
            |> Result.bind (fun values ->
                clamped flow.Dag (rowsOf values) interventions
                |> Result.map (fun clamped ->
                    let values =
                        Array.map2 (fun (seen: float[]) set -> if isNull set then seen else set) values clamped

                    let head, weights = prepare flow node
                    let rows = rowsOf values
                    let results = Array.init rows (fun _ -> Array.zeroCreate<float> count)

                    eachPiece team rows (fun start length ->
                        let values = piece start length values
                        let parents = parentTensors flow.Dag flow.Scales values node

                        for level in 0 .. count - 1 do
                            let input = {
                                Features = NodeModel.features head (Array.create length (float level))
                                Parents = parents
                            }

                            let logP =
                                Tensor.toArray (
                                    Tensor.broadcast [| length; 1 |] (NodeModel.logProb head weights input)
                                )

                            logP |> Array.iteri (fun i logP -> results[start + i][level] <- exp logP))

                    results))

    // ---- reading the model ------------------------------------------------------------------------------------------

    /// The coefficients of all linear shifts. A continuous parent has one, per unit of its values; an ordinal parent one for each level but its
    /// lowest, against which the others are contrasts (only contrasts are identifiable).
    let coefficients (flow: Flow) : Coefficient list =
        let coefficient (node: Node) parent level estimate = {
            Node = node.Name
            Parent = parent
            Level = level
            Estimate = estimate
            OddsRatio = exp estimate
        }

        let ofTerm (node: Node) (term, weights) =
            match term, weights with
            | LinearShift parent, Coefficients beta ->
                let beta = Tensor.toArray beta

                match (Dag.tryNode parent flow.Dag).Value.Kind with
                | Continuous _ -> [ coefficient node parent None (beta[0] / flow.Scales[parent].StandardDeviation) ]
                | Ordinal levels ->
                    Levels.names levels
                    |> List.mapi (fun k level -> coefficient node parent (Some level) (beta[k] - beta[0]))
                    |> List.tail
            | _ -> []

        [
            for node in Dag.nodes flow.Dag do
                yield! List.zip node.Terms flow.Weights[node.Name].Terms |> List.collect (ofTerm node)
        ]
