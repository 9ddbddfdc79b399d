namespace BgmFunctional.Flows

open BgmFunctional.Autodiff

/// Densities of rows, float64.
[<RequireQualifiedAccess>]
module internal Density =

    let private logProbs (ready: ReadyNode) values parents =
        let input = { Features = NodeModel.features ready.Head values; Parents = parents }

        NodeModel.logProb ready.Activation ready.Head ready.Weights input

    /// log p of each node given its parents, (nodes)(n), nats.
    let ofNodes team (flow: Flow) (values: float[][]) : float[][] =
        let nodes = ReadyNode.all flow

        Rows.inPieces team (Rows.count values) nodes.Length (fun start length ->
            let values = Rows.slice start length values

            nodes
            |> Array.mapi (fun i ready ->
                Rows.parents flow.Dag flow.Scales values ready.Node
                |> logProbs ready values[i]
                |> Tensor.toArray))

    /// Mean negative log-likelihood of each node, nats.
    let nll team (flow: Flow) (values: float[][]) : Map<string, float> =
        let nodes = ofNodes team flow values

        Dag.names flow.Dag
        |> List.mapi (fun i name -> name, -(Array.average nodes[i]))
        |> Map.ofList

    /// P(Y = k) of an ordinal node given its parents, (K)(n).
    let levels team (flow: Flow) (node: Node) levels (values: float[][]) : float[][] =
        let ready = ReadyNode.named node.Name flow

        Rows.inPieces team (Rows.count values) levels (fun start length ->
            let parents = Rows.parents flow.Dag flow.Scales (Rows.slice start length values) node

            Array.init levels (fun level ->
                logProbs ready (Array.create length (float level)) parents
                |> Tensor.broadcast [| length; 1 |]
                |> exp
                |> Tensor.toArray))
