namespace BgmFunctional.Charts

/// What takes a place in a layer: a node, or the bend of an edge that passes by.
[<RequireQualifiedAccess>]
type internal GraphItem =
    | Node of name: string
    | Bend of edge: int * layer: int

/// Places for nodes and bends: layers one after the other `along` the arrows, and within a layer `across` them.
/// The method is Sugiyama's (Sugiyama, Tagawa and Toda, 1981): layers, order by barycentres, then coordinates.
module internal GraphLayout =
    /// The items that each edge passes, from its parent to its child.
    let chains graph = [
        for i, edge in List.indexed (Graph.edges graph) do
            let first, last = Graph.layer edge.From graph, Graph.layer edge.To graph

            [
                GraphItem.Node edge.From
                for layer in first + 1 .. last - 1 do
                    GraphItem.Bend(i, layer)
                GraphItem.Node edge.To
            ]
    ]

    /// An item's layer.
    let layerOf graph item =
        match item with
        | GraphItem.Node name -> Graph.layer name graph
        | GraphItem.Bend(_, layer) -> layer

    /// The items by layer, in the order given.
    let private initial graph =
        let nodes = Graph.nodes graph |> List.map (fun node -> GraphItem.Node node.Name)

        nodes @ List.concat (chains graph)
        |> List.distinct
        |> List.groupBy (layerOf graph)
        |> List.sortBy fst
        |> List.map snd

    /// For each item the items that it is linked to, before and after it.
    let private neighbours graph =
        let links = chains graph |> List.collect List.pairwise
        let both = links @ (links |> List.map (fun (a, b) -> b, a))

        let linked =
            both
            |> List.groupBy fst
            |> List.map (fun (item, pairs) -> item, List.map snd pairs)
            |> Map.ofList

        fun item -> linked |> Map.tryFind item |> Option.defaultValue []

    let private indices layers = layers |> List.collect (List.mapi (fun i item -> item, float i)) |> Map.ofList

    /// How many pairs of links cross.
    let private crossings graph layers =
        let place = indices layers
        let links = chains graph |> List.collect List.pairwise

        [
            for a, b in links do
                for c, d in links do
                    if
                        layerOf graph a = layerOf graph c
                        && (place[a] - place[c]) * (place[b] - place[d]) < 0.0
                    then
                        1
        ]
        |> List.length

    /// Each layer sorted by the mean place of its items' neighbours, layer after layer.
    let private sweep linked layers forward =
        let sortLayer layers k =
            let place = indices layers

            let barycentre item =
                match
                    linked item
                    |> List.filter (fun other -> layers |> List.item k |> List.contains other |> not)
                with
                | [] -> place[item]
                | others -> others |> List.averageBy (fun other -> place[other])

            layers
            |> List.mapi (fun i layer -> if i = k then List.sortBy barycentre layer else layer)

        let order = [ 0 .. List.length layers - 1 ]
        (if forward then order else List.rev order) |> List.fold sortLayer layers

    let private order graph =
        let linked = neighbours graph
        let start = initial graph
        let sweeps = [ for i in 1..8 -> i % 2 = 1 ]
        List.scan (sweep linked) start sweeps |> List.minBy (crossings graph)

    /// Places as near to the wanted ones as the items' sizes allow, in the order given.
    let private pack gap size items wanted =
        let follow previous (item, goal) =
            match previous with
            | Some(other, place) -> Some(item, max goal (place + (size other + size item) / 2.0 + gap))
            | None -> Some(item, goal)

        let placed = List.zip items wanted |> List.scan follow None |> List.choose id
        let shift = List.map2 (fun (_, place) goal -> goal - place) placed wanted |> List.average
        placed |> List.map (fun (item, place) -> item, place + shift)

    /// How strongly two linked items draw each other: most if both are bends, so that long edges are straight.
    let private pull one other =
        match one, other with
        | GraphItem.Bend _, GraphItem.Bend _ -> 8.0
        | GraphItem.Node _, GraphItem.Node _ -> 1.0
        | _ -> 2.0

    /// Where each item's centre is across the arrows, the least at 0, and the extent of it all.
    let across gap size graph =
        let linked = neighbours graph
        let layers = order graph

        let start =
            layers
            |> List.collect (fun layer -> pack gap size layer (layer |> List.map (fun _ -> 0.0)))
            |> Map.ofList

        let settle places layer =
            let wanted item =
                match linked item with
                | [] -> Map.find item places
                | others ->
                    let pulls = others |> List.map (pull item)
                    let pulled = List.map2 (fun other force -> force * Map.find other places) others pulls
                    List.sum pulled / List.sum pulls

            pack gap size layer (List.map wanted layer)
            |> List.fold (fun places (item, place) -> Map.add item place places) places

        let rounds = List.replicate 12 (layers @ List.rev layers) |> List.concat
        let places = List.fold settle start rounds

        let low =
            places
            |> Map.toSeq
            |> Seq.map (fun (item, place) -> place - size item / 2.0)
            |> Seq.min

        let high =
            places
            |> Map.toSeq
            |> Seq.map (fun (item, place) -> place + size item / 2.0)
            |> Seq.max

        places |> Map.map (fun _ place -> place - low), high - low
