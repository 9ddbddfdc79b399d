namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Kernels

/// What a treatment does to an outcome: a statistic of the outcome under do(treatment = value), for each value.
type EffectQuery = {
    /// The node that is set.
    Treatment: string
    /// What it is set to, two values at least; the last is set against the first.
    Values: Setting list
    /// The node that is looked at.
    Outcome: string
    /// What is asked of its distribution.
    Statistic: Statistic
    /// Whom it is about: rows of all columns that the answer hangs on and the treatment does not act on. What the treatment acts on is drawn
    /// anew, other columns are not looked at. None: draws of the model's own.
    Population: Frame option
    /// Draws, where there is anything to draw; of a population each row as often as it takes, and twice at least.
    Draws: int
}

/// The statistic under one value of the treatment.
type ValueEstimate = {
    /// The value.
    Value: Setting
    /// The statistic.
    Estimate: float
    /// Standard error of the draws, 0 where the answer is exact; it says nothing about what the data leave open.
    MonteCarloError: float
    /// Lower end of an interval, where a bootstrap has made one.
    Low: float option
    /// Its upper end.
    High: float option
}

/// An average effect.
type EffectEstimate = {
    /// The statistic under the last value less that under the first.
    Estimate: float
    /// Standard error of the draws, which the values share; 0 where the answer is exact.
    MonteCarloError: float
    /// Lower end of an interval, where a bootstrap has made one.
    Low: float option
    /// Its upper end.
    High: float option
    /// By value, in the order of the query.
    PerValue: ValueEstimate list
    /// Draws for each value; 0 where nothing was drawn.
    Draws: int
}

/// Effects in each row of a population.
type IndividualEffects = {
    /// (n), the statistic under the last value less that under the first, given what the row says and the treatment does not act on.
    Effects: float[]
    /// (n), standard errors of the draws, 0 where the answer is exact.
    MonteCarloErrors: float[]
    /// (n) the statistic under each value, in the order of the query.
    PerValue: float[] list
}

/// Queries about effects.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EffectQuery =

    /// Draws if nothing is said.
    [<Literal>]
    let defaultDraws = 100_000

    /// The effect on the model's own population.
    let create treatment values outcome statistic : EffectQuery = {
        Treatment = treatment
        Values = values
        Outcome = outcome
        Statistic = statistic
        Population = None
        Draws = defaultDraws
    }

/// What happens to an outcome if we act: on average over a population, and in each of its rows. An outcome on which the treatment does not act has
/// the effect 0; one that acts on the treatment is refused.
[<RequireQualifiedAccess>]
module Effect =

    /// Refuses a query that the graph cannot answer, before there are a model or data.
    let check (query: EffectQuery) (dag: Dag) : Result<unit, FlowError> =
        let isUpstream () =
            query.Treatment = query.Outcome
            || List.contains query.Treatment (Dag.descendants query.Outcome dag)

        Result.traverse (fun name -> Dag.node name dag) [ query.Treatment; query.Outcome ]
        |> Result.bind (fun nodes ->
            if isUpstream () then
                Error(FlowError.NotDownstream(query.Treatment, query.Outcome))
            elif query.Values.Length < 2 then
                Error(
                    FlowError.BadOption("values", string query.Values.Length, "at least 2, the first to compare with")
                )
            else
                Statistic.resolve nodes[1] query.Statistic |> Result.map ignore)
        |> Result.bind (fun () -> Population.checkDraws query.Draws)
        |> Result.bind (fun () ->
            Intervention.check dag (query.Values |> List.map (fun value -> query.Treatment, value)))

    /// The population, and by value numbers by draw whose means in each of so many groups are the statistic. The
    /// values share their population and their latents.
    let private answer team key (query: EffectQuery) (flow: Flow) groupsOf =
        let under functional (population: Population) value =
            Mixture.under team key [ query.Treatment, value ] population flow
            |> Result.map (Mixture.contributions team (groupsOf population) functional)

        check query flow.Dag
        |> Result.bind (fun () -> Dag.node query.Outcome flow.Dag)
        |> Result.bind (fun outcome -> Statistic.resolve outcome query.Statistic)
        |> Result.bind (fun functional ->
            Population.create team key query.Outcome [ query.Treatment ] query.Population query.Draws flow
            |> Result.bind (fun population ->
                Result.traverse (under functional population) query.Values
                |> Result.map (fun byValue -> population, byValue)))

    let private contrast (byValue: float[] list) = Array.map2 (-) (List.last byValue) byValue.Head

    /// The average effect. Depends on the key only where something is drawn: mediators, and without a population covariates.
    let average (team: Team) (key: Key) (query: EffectQuery) (flow: Flow) : Result<EffectEstimate, FlowError> =
        answer team key query flow (fun _ -> 1)
        |> Result.map (fun (population, byValue) ->
            let summary byDraw =
                let errors =
                    Mixture.standardErrors population.Rows byDraw
                    |> Array.sumBy (fun error -> error * error)

                Array.average byDraw, sqrt errors / float population.Rows

            let ofValue value byDraw : ValueEstimate =
                let estimate, error = summary byDraw

                {
                    Value = value
                    Estimate = estimate
                    MonteCarloError = error
                    Low = None
                    High = None
                }

            let estimate, error = summary (contrast byValue)

            {
                Estimate = estimate
                MonteCarloError = error
                Low = None
                High = None
                PerValue = List.map2 ofValue query.Values byValue
                Draws = if population.IsExact then 0 else population.Draws
            })

    /// The effect in each row of the query's population. What a row says of the treatment and of nodes that it acts on is not looked at:
    /// that is a counterfactual's question.
    let individual (team: Team) (key: Key) (query: EffectQuery) (flow: Flow) : Result<IndividualEffects, FlowError> =
        if query.Population.IsNone then
            Error(FlowError.BadOption("population", "none", "a table, whose rows have the individual effects"))
        else
            answer team key query flow (fun population -> population.Rows)
            |> Result.map (fun (population, byValue) -> {
                Effects = Mixture.means population.Rows (contrast byValue)
                MonteCarloErrors = Mixture.standardErrors population.Rows (contrast byValue)
                PerValue = List.map (Mixture.means population.Rows) byValue
            })
