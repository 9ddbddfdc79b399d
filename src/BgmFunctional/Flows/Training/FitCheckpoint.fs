namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Optim

/// What a fit carries from epoch to epoch: the epochs so far, the latest first, and its nodes.
type internal CarriedFit = { History: Epoch list; Nodes: Map<string, CarriedNode> }

/// The same apart from tensors: the header of a checkpoint of a fit.
type FitRecord = {
    /// Its epochs so far, the latest first.
    History: Epoch list
    /// What its nodes carry beside tensors.
    Nodes: Map<string, NodeRecord>
}

/// Fits in checkpoints.
[<RequireQualifiedAccess>]
module internal FitCheckpoint =

    let private kind = "bgm.tram-dag.fit"

    /// What the bits of a fit depend on. More epochs only go on, but where the schedule is planned from their number.
    let origin dag (options: FitOptions) (recipe: Map<string, string>) =
        let graph = GraphFile.format dag |> Fingerprint.ofText

        let recipe =
            match options.Schedule with
            | Constant
            | Plateau _ -> recipe.Remove "epochs"
            | OneCycle
            | Cosine -> recipe

        recipe.Add("graph", $"{(Dag.nodes dag).Length} nodes, {graph}")

    let save plan origin (fit: CarriedFit) : Result<unit, FlowError> =
        let records: FitRecord = {
            History = fit.History
            Nodes = fit.Nodes |> Map.map (fun _ node -> node.Record)
        }

        fit.Nodes
        |> Map.map (fun _ node -> node.Tensors)
        |> Checkpoint.save plan kind origin records
        |> Result.mapError FlowError.Checkpoint

    /// A fit where its checkpoint left it; where there is none the fresh one, which becomes the first checkpoint.
    let load plan origin (options: FitOptions) (fresh: CarriedFit) : Result<CarriedFit, FlowError> =
        let form = fresh.Nodes |> Map.map (fun _ node -> node.Tensors)

        let resume (records: FitRecord, tensors: Map<string, NodeTensors>) : Result<CarriedFit, FlowError> =
            if
                records.Nodes.Keys |> Seq.forall tensors.ContainsKey
                && records.Nodes.Count = tensors.Count
            then
                Ok {
                    History = records.History
                    Nodes =
                        tensors
                        |> Map.map (fun name tensors -> { Tensors = tensors; Record = records.Nodes[name] })
                }
            else
                DataError.BadCheckpoint(Checkpoint.path plan, "its records are of other nodes")
                |> FlowError.Checkpoint
                |> Error

        Checkpoint.load plan kind origin form
        |> Result.mapError FlowError.Checkpoint
        |> Result.bind (fun found ->
            match found with
            | None -> save plan origin fresh |> Result.map (fun () -> fresh)
            | Some((records: FitRecord), _) when records.History.Length > options.Epochs ->
                let wanted = $"at least the {records.History.Length} that the checkpoint has done"
                Error(FlowError.BadOption("epochs", string options.Epochs, wanted))
            | Some found -> resume found)
