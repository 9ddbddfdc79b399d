namespace BgmFunctional.Flows

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What the intercept terms of a node make of its parameters θ, on the unconstrained scale, in some rows. θ of a row is the baseline and the
/// row's contributions, summed.
type InterceptContributions = {
    /// θ on average over the rows, (P): the free intercept, if there is one, and what is constant in each term.
    Baseline: float[]
    /// The parents of each intercept term and what it adds in each row, (n)(P), 0 on average over the rows.
    Terms: (string list * float[][]) list
}

/// Reading what a flow has learned off its terms.
[<RequireQualifiedAccess>]
module Reading =

    /// The term's parents as it sees them, (n, f), from columns by node.
    let private seen (flow: Flow) (column: string -> float[]) term =
        Term.parents term
        |> List.map (fun parent -> (Dag.tryNode parent flow.Dag).Value, flow.Scales.TryFind parent, column parent)
        |> Encoding.parents

    let private terms (ready: ReadyNode) = List.zip ready.Node.Terms ready.Weights.Terms

    /// The shift of a node's term as a function of one parent, on a grid of its values (levels by code): (m), log-odds, added to u of a
    /// continuous node, subtracted from the cut points of an ordinal one. It is known up to a constant, which the intercept takes; see centred.
    /// Parents in the same term are held at given values.
    let curve
        (name: string)
        (parent: string)
        (given: (string * Setting) list)
        (grid: float[])
        (flow: Flow)
        : Result<float[], FlowError> =
        let shift (term, weights) =
            let others = Term.parents term |> List.except (parent :: List.map fst given)

            if term.IsIntercept then
                Error(FlowError.NotAShift(name, parent))
            elif not others.IsEmpty then
                Error(FlowError.NotGiven(name, parent, others))
            else
                Intervention.columns flow.Dag grid.Length (given @ [ parent, ToEach grid ])
                |> Result.map (fun columns ->
                    let x = seen flow (fun parent -> columns[Dag.position parent flow.Dag]) term
                    Tensor.toArray (NodeModel.shift flow.Units.Activation (weights, x)).Value)

        Dag.node name flow.Dag
        |> Result.bind (fun node ->
            match
                terms (ReadyNode.named name flow)
                |> List.tryFind (fst >> Term.parents >> List.contains parent)
            with
            | None -> Error(FlowError.NoEdge(name, parent, Node.parents node))
            | Some term -> shift term)

    /// A curve less its mean.
    let centred (curve: float[]) : float[] =
        let mean = Array.average curve
        curve |> Array.map (fun value -> value - mean)

    /// What each intercept term of a node adds to θ in each row; the rows need the columns of these terms' parents.
    let interceptContributions (name: string) (frame: Frame) (flow: Flow) : Result<InterceptContributions, FlowError> =
        let decompose (ready: ReadyNode) (columns: Map<string, float[]>) =
            let ofTerm (term, weights) =
                let theta =
                    (NodeModel.intercept flow.Units.Activation (weights, seen flow (fun parent -> columns[parent]) term))
                        .Value

                let mean = Tensor.force (Tensor.sumKeep 0 theta / float theta.Shape[0])
                let width = theta.Shape[1]
                mean, (Term.parents term, Tensor.toArray (theta - mean) |> Array.chunkBySize width)

            let means, contributions =
                terms ready
                |> List.filter (fst >> _.IsIntercept)
                |> List.map ofTerm
                |> List.unzip

            {
                Baseline = Option.toList ready.Weights.Theta @ means |> List.reduce (+) |> Tensor.toArray
                Terms = contributions
            }

        let read parent =
            Frame.column parent frame
            |> Result.bind (Encoding.values (Dag.tryNode parent flow.Dag).Value)
            |> Result.map (fun values -> parent, values)

        Dag.node name flow.Dag
        |> Result.bind (fun node ->
            let parents = node.Terms |> List.filter _.IsIntercept |> List.collect Term.parents

            if Frame.rowCount frame = 0 then
                Error(FlowError.BadOption("rows", "none", "a table of at least one row"))
            else
                Frame.select parents frame
                |> Result.bind (fun _ -> Result.traverse read parents)
                |> Result.mapError FlowError.Data)
        |> Result.map (fun columns -> decompose (ReadyNode.named name flow) (Map.ofList columns))
