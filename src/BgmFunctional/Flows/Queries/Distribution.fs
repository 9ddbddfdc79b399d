namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Kernels

/// The distribution of a node in a population, under an intervention if any.
type DistributionQuery = {
    /// The node.
    Node: string
    /// The nodes that are set, with what they are set to; none to look at the world as it is.
    Interventions: (string * Setting) list
    /// Whom it is about: rows of all columns that the node hangs on and the intervention does not act on. None: draws of the model's own.
    Population: Frame option
    /// Draws, where there is anything to draw; of a population each row as often as it takes, and twice at least.
    Draws: int
}

/// Densities, cdfs, quantiles and level probabilities of a node under interventions, averaged over a population. The node is never drawn: what
/// is averaged is its distribution given its parents, so that the curves are smooth.
[<RequireQualifiedAccess>]
module Distribution =

    let private ask team key (query: DistributionQuery) (flow: Flow) (wanted: Node -> Result<'a, FlowError>) answer =
        let set = List.map fst query.Interventions

        Dag.node query.Node flow.Dag
        |> Result.bind wanted
        |> Result.bind (fun wanted ->
            if List.contains query.Node set then
                Error(FlowError.NodeIsSet query.Node)
            else
                Population.checkDraws query.Draws
                |> Result.bind (fun () -> Intervention.check flow.Dag query.Interventions)
                |> Result.bind (fun () -> Population.create team key query.Node set query.Population query.Draws flow)
                |> Result.bind (fun population -> Mixture.under team key query.Interventions population flow)
                |> Result.map (answer wanted))

    let private atPoints pick team key query (points: float[]) flow =
        ask team key query flow GivenParents.continuous (fun () mixture ->
            points
            |> Array.map (fun point -> Mixture.cdfAndDensity team (fun _ -> point) mixture |> pick |> Array.average))

    /// The density of a continuous node at points, (m).
    let density team key (query: DistributionQuery) (points: float[]) (flow: Flow) : Result<float[], FlowError> =
        atPoints snd team key query points flow

    /// P(X ≤ x) of a continuous node at points x, (m).
    let cdf team key (query: DistributionQuery) (points: float[]) (flow: Flow) : Result<float[], FlowError> =
        atPoints fst team key query points flow

    /// The values of a continuous node below which shares p lie, (m).
    let quantiles team key (query: DistributionQuery) (shares: float[]) (flow: Flow) : Result<float[], FlowError> =
        let wanted node =
            GivenParents.continuous node
            |> Result.bind (fun () -> Statistic.checkShares shares)

        ask team key query flow wanted (fun () mixture ->
            shares |> Array.map (fun p -> (Mixture.quantiles team 1 p mixture)[0]))

    /// P(Y = k) of an ordinal node, (K).
    let pmf team key (query: DistributionQuery) (flow: Flow) : Result<float[], FlowError> =
        ask team key query flow GivenParents.ordinal (fun levels mixture ->
            let levels = Levels.count levels

            Array.init levels (fun level ->
                let only = Array.init levels (fun k -> if k = level then 1.0 else 0.0)
                Mixture.weighted team only mixture |> Array.average))
