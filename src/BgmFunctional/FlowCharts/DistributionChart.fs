namespace BgmFunctional.Flows

open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels

/// How the values of nodes are spread: seen, drawn from the flow, or drawn under interventions.
[<RequireQualifiedAccess>]
module DistributionChart =
    let private panel continuous (node: Node) (samples: (string * float[]) list) =
        match node.Kind with
        | Continuous _ -> continuous node.Name "" samples
        | Ordinal levels -> Samples.shares node.Name "" (Levels.names levels) samples

    let private column (dag: Dag) (node: Node) (columns: float[][]) = columns[Dag.position node.Name dag]

    let private draw team key n (flow: Flow) interventions =
        Flow.sample team key interventions n flow |> Result.bind (Rows.encode flow.Dag)

    /// Each node as the data have it and as n rows drawn from the flow do.
    let fit (team: Team) (key: Key) (n: int) (data: Frame) (flow: Flow) : Result<Figure, FlowError> =
        let figure observed sampled =
            Dag.nodes flow.Dag
            |> List.map (fun node ->
                panel Samples.histograms node [
                    "observed", column flow.Dag node observed
                    "drawn from the flow", column flow.Dag node sampled
                ])
            |> Figure.create "Data and model"
            |> Figure.withSubtitle "Each variable in the data, and in rows drawn from the flow"

        Rows.encode flow.Dag data
        |> Result.bind (fun observed -> draw team key n flow [] |> Result.map (figure observed))

    let private describe (setting: string * Setting) =
        match setting with
        | node, To value -> $"{node} = {(Number.format value).Replace('-', '−')}"
        | node, ToLevel level -> $"{node} = {level}"
        | node, ToEach _ -> $"{node} set row by row"

    /// do(T = 1, arm = low), or what stands for no intervention.
    let label (interventions: (string * Setting) list) =
        match interventions with
        | [] -> "as it is"
        | settings ->
            let text = settings |> List.map describe |> String.concat ", "
            $"do({text})"

    /// Each node that the interventions can reach, drawn n times under each of them with the same latents; of a single one beside the
    /// flow as it is. Refused where there is no such node.
    let interventions
        (team: Team)
        (key: Key)
        (n: int)
        (settings: (string * Setting) list list)
        (flow: Flow)
        : Result<Figure, FlowError> =
        let settings = if List.length settings = 1 then [] :: settings else settings
        let set = settings |> List.collect (List.map fst) |> List.distinct

        let isReached (node: Node) =
            not (List.contains node.Name set)
            && set
               |> List.exists (fun name -> List.contains node.Name (Dag.descendants name flow.Dag))

        let figure (samples: float[][] list) =
            Dag.nodes flow.Dag
            |> List.filter isReached
            |> List.map (fun node ->
                List.zip (List.map label settings) (samples |> List.map (column flow.Dag node))
                |> panel Samples.densities node)
            |> Figure.create "If we act"
            |> Figure.withSubtitle
                $"{NumberText.fixedPoint 0 (float n)} rows drawn from the flow under each intervention, with the same latents"

        settings
        |> Result.traverse (Flow.checkInterventions flow)
        |> Result.bind (fun _ ->
            if Dag.nodes flow.Dag |> List.exists isReached then
                settings |> Result.traverse (draw team key n flow) |> Result.map figure
            else
                let names = String.concat ", " set
                Error(FlowError.NothingToDraw("do", $"no node hears {names}; set one that has children")))
