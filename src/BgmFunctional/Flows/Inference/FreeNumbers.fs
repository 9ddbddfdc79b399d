// The numbers that a classical fit moves, as one vector: θ, then each linear shift's coefficients, of an ordinal parent those against its
// lowest level alone (one-hot columns have a flat direction, as θ absorbs what is added to all of them). And what of them is reported.
namespace BgmFunctional.Flows

open BgmFunctional.Autodiff

/// A number to report.
type internal Estimand =
    /// Of an ordinal node, between two of its levels.
    | Cut of below: string * above: string
    /// Of a continuous parent, or of a level of an ordinal one against its lowest.
    | Effect of parent: string * level: string option

[<RequireQualifiedAccess>]
module internal FreeNumbers =

    /// Whether all terms of a node are linear shifts.
    let isLinear (node: Node) = node.Terms |> List.forall _.IsLinearShift

    let private parents dag node = Node.parents node |> List.map (fun name -> (Dag.tryNode name dag).Value)

    /// Free coefficients of a parent.
    let private freedom (parent: Node) =
        match parent.Kind with
        | Continuous _ -> 1
        | Ordinal levels -> Levels.count levels - 1

    /// What is reported of a node: cut points, then coefficients in the order of terms and levels.
    let estimands dag (node: Node) : Estimand list =
        let cuts =
            match node.Kind with
            | Continuous _ -> []
            | Ordinal levels -> Levels.names levels |> List.pairwise |> List.map Cut

        let effects (parent: Node) =
            match parent.Kind with
            | Continuous _ -> [ Effect(parent.Name, None) ]
            | Ordinal levels ->
                Levels.names levels
                |> List.tail
                |> List.map (fun level -> Effect(parent.Name, Some level))

        cuts @ List.collect effects (parents dag node)

    /// The length of the vector, and where the coefficients of each parent begin in it.
    let private layout dag head node =
        let starts =
            parents dag node
            |> List.map freedom
            |> List.scan (+) (NodeModel.parameters head)

        List.last starts, List.zip (parents dag node) (List.truncate (starts.Length - 1) starts)

    /// The length of the vector.
    let count dag head node = fst (layout dag head node)

    /// (p) -> weights.
    let toWeights dag head node (numbers: Tensor) : NodeWeights =
        let theta = NodeModel.parameters head

        let beta (parent: Node, start) =
            let free = freedom parent
            let own = Tensor.slice 0 start free numbers |> Tensor.reshape [| free; 1 |]

            match parent.Kind with
            | Continuous _ -> own
            | Ordinal _ -> Tensor.concat 0 [ Tensor.fill numbers.DType [| 1; 1 |] 0.0; own ]

        {
            Theta = Some(Tensor.slice 0 0 theta numbers |> Tensor.reshape [| 1; theta |])
            Terms = layout dag head node |> snd |> List.map (beta >> Coefficients)
        }

    /// The vector that makes weights, (p), float64.
    let ofWeights (weights: NodeWeights) : float[] =
        let numbers (parent: TermWeights) =
            match parent with
            | Coefficients beta when beta.Size > 1 ->
                let beta = Tensor.toArray beta
                Array.tail beta |> Array.map (fun other -> other - beta[0])
            | Coefficients beta -> Tensor.toArray beta
            | InterceptNet _
            | ShiftNet _ -> invalidArg (nameof weights) "a linear shift is needed"

        weights.Terms
        |> List.map numbers
        |> Array.concat
        |> Array.append (Tensor.toArray weights.Theta.Value)

    /// The reported numbers, in the order of estimands, as a function of the vector; parents in their own units, where the mean that
    /// standardising takes away moves the cut points.
    let private report dag (scales: Map<string, Scale>) head (node: Node) (numbers: Tensor) : Tensor list =
        let effect (parent: Node, start) =
            let own = Tensor.slice 0 start (freedom parent) numbers

            match parent.Kind with
            | Continuous _ ->
                let scale = scales[parent.Name]
                let raw = own / scale.StandardDeviation
                raw, Some(raw * scale.Mean)
            | Ordinal _ -> own, None

        let effects = layout dag head node |> snd |> List.map effect

        match node.Kind with
        | Continuous _ -> List.map fst effects
        | Ordinal _ ->
            let cuts = OrderedLogit.cutPoints (toWeights dag head node numbers).Theta.Value
            let cuts = Tensor.reshape [| cuts.Size |] cuts
            List.fold (+) cuts (List.choose snd effects) :: List.map fst effects

    /// The reported numbers and their derivatives in the vector, (q) and (q)(p).
    let reported dag scales head node (numbers: float[]) : float[] * float[][] =
        if List.isEmpty (estimands dag node) then
            [||], [||]
        else
            let values, pullback =
                vjp (fun numbers -> Tensor.concat 0 (report dag scales head node numbers)) (Tensor.vector numbers)

            let unit i = Tensor.vector (Array.init values.Size (fun j -> if i = j then 1.0 else 0.0))
            let rows = Tensor.stack [ for i in 0 .. values.Size - 1 -> pullback (unit i) ]
            Tensor.toArray values, Tensor.toArray rows |> Array.chunkBySize numbers.Length
