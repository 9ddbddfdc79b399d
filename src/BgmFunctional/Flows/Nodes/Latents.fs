namespace BgmFunctional.Flows

open System
open BgmFunctional.Kernels

/// From latents to rows and back, float64.
[<RequireQualifiedAccess>]
module internal Latents =

    /// Draws start … of the stream of a node.
    let private draws draw (key: Key) node start length =
        let values = Array.zeroCreate<float> length
        Kernels<float>.Best.Random(draw, key.Child(int64 node), int64 start, Span values)
        values

    // Parts of a caller's key, which may be the key of the fit too (that takes parts 0, 1, 2): rows sampled and then abducted with one
    // seed must not meet the same numbers again.

    /// Fresh latents of a node.
    let fresh (key: Key) node start length = draws Draw.Logistic (key.Child 3L) node start length

    /// Where each row's latent lies inside its level's interval, as a share of the interval's mass.
    let private places (key: Key) node start length = draws Draw.Uniform (key.Child 4L) node start length

    /// The rows that latents (node start length) make, in the order of the graph; clamped columns keep their values and hear no parents.
    let toRows team (flow: Flow) rows (clamped: float[][]) (latents: int -> int -> int -> float[]) : float[][] =
        let nodes = ReadyNode.all flow

        Rows.inPieces team rows nodes.Length (fun start length ->
            let values = Rows.slice start length clamped

            for i in Dag.order flow.Dag do
                if isNull values[i] then
                    let parents = Rows.parents flow.Dag flow.Scales values nodes[i].Node
                    values[i] <- Conditional.values (Conditional.create nodes[i] parents) (latents i start length)

            values)

    /// The latents of rows, (nodes)(n).
    let ofRows team key (flow: Flow) (values: float[][]) : float[][] =
        let nodes = ReadyNode.all flow

        Rows.inPieces team (Rows.count values) nodes.Length (fun start length ->
            let values = Rows.slice start length values

            nodes
            |> Array.mapi (fun i ready ->
                let parents = Rows.parents flow.Dag flow.Scales values ready.Node
                Conditional.latents (Conditional.create ready parents) values[i] (places key i start length)))
