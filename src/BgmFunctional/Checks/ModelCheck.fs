// What to look at before a causal answer is believed: overlap of the treatments, fit of the nodes, independences of the graph.
namespace BgmFunctional.Checks

open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels

/// What checks of a model on data have found.
type ModelCheck = {
    /// How it was checked.
    Options: CheckOptions
    /// Rows that it was checked on.
    Rows: int
    /// Of the treatments asked for.
    Overlaps: Overlap list
    /// Of every node, in the order of the graph.
    Nodes: NodeCheck list
    /// Of every pair of nodes without an arrow.
    Independences: IndependenceCheck list
    /// What is wrong, one line each: overlap, then fit, then independences.
    Warnings: string list
}

/// Warnings in words.
[<RequireQualifiedAccess>]
module private Warning =

    /// The next more flexible term than a label's.
    let private remedy label parent =
        match label with
        | "ls" -> $"a complex shift (cs) or an intercept (ci) of '{parent}' may do"
        | "cs" -> $"an intercept (ci) of '{parent}', or a term together with another parent, may do"
        | _ -> "a longer fit or another term may do"

    let ofNode alpha (dag: Dag) (check: NodeCheck) = [
        if check.AdjustedP < alpha then
            $"fit of '{check.Node}': its residuals are not uniform (distance {check.Distance:F3}, p = {check.P:G2}); a more flexible transformation or term may do"

        for parent in check.Parents do
            if parent.AdjustedP < alpha then
                let label =
                    (Dag.tryNode check.Node dag).Value.Terms
                    |> List.find (Term.parents >> List.contains parent.Parent)
                    |> Term.label

                $"fit of '{check.Node}': its residuals depend on its parent '{parent.Parent}' (p = {parent.Dependence.P:G2}), which enters through {label}; {remedy label parent.Parent}"
    ]

    let private given (claim: Independence) =
        if claim.Given.IsEmpty then
            ""
        else
            claim.Given
            |> List.map (fun name -> $"'{name}'")
            |> String.concat ", "
            |> sprintf " given %s"

    let ofIndependence alpha (check: IndependenceCheck) = [
        let claim = check.Claim
        let pair = $"'{claim.Earlier}' and '{claim.Later}'"

        if check.AdjustedP < alpha then
            $"independence of {pair}{given claim}: the graph implies it, the data speak against it (p = {check.Dependence.P:G2}, correlation {check.Dependence.Correlation:F2}); an arrow or a common cause is missing"
        elif System.Double.IsNaN check.Dependence.P then
            $"independence of {pair}{given claim}: it cannot be tested, as too few rows tell it from chance, or the given ones determine one of the two"
    ]

/// Checks of a model.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ModelCheck =

    /// Rows below which a test says little.
    let private fewestRows = 100

    /// Rows that a test given so many parents needs, ten for each.
    let private rowsNeeded (dag: Dag) =
        Dag.nodes dag
        |> List.map (fun node -> 10 * (1 + (Node.parents node).Length))
        |> List.fold max fewestRows

    let private checkRows dag (values: float[][]) =
        let rows, needed = Rows.count values, rowsNeeded dag
        if rows < needed then Error(FlowError.TooFewRows(rows, needed)) else Ok values

    let private check team (options: CheckOptions) (flow: Flow) (values: float[][]) =
        let overlaps =
            List.distinct options.Treatments
            |> List.map (fun name -> FlowOverlap.check team options.Bound flow (Dag.tryNode name flow.Dag).Value values)

        let nodes = NodeCheck.all team (Key.OfSeed options.Seed) flow values
        let independences = Independences.check team flow.Dag values

        {
            Options = options
            Rows = Rows.count values
            Overlaps = overlaps
            Nodes = nodes
            Independences = independences
            Warnings = [
                yield! List.collect Overlap.warnings overlaps
                yield! List.collect (Warning.ofNode options.Alpha flow.Dag) nodes
                yield! List.collect (Warning.ofIndependence options.Alpha) independences
            ]
        }

    /// Checks a flow on rows, which have exactly its nodes as columns. Rows that the flow was not fitted to test its fit best: on those that it
    /// was fitted to it looks better than it is. The answers depend on the options alone, not on the team's threads.
    let run (team: Team) (options: CheckOptions) (frame: Frame) (flow: Flow) : Result<ModelCheck, FlowError> =
        CheckOptions.check flow.Dag options
        |> Result.bind (fun _ -> Rows.encode flow.Dag frame)
        |> Result.bind (checkRows flow.Dag)
        |> Result.map (check team options flow)
