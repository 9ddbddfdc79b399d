namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// The questions that a fitted flow answers, up the ladder: what is seen, what if we act, what if we had acted. Queries run in float64, on the
/// threads of a team; the answers do not depend on how many there are.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Flow =

    /// Rows that fit into the memory of a large machine; more are drawn in pieces, with a key each.
    let private mostRows = 100_000_000

    /// Joint log-density of each row, (n), nats.
    let logProb (team: Team) (frame: Frame) (flow: Flow) : Result<float[], FlowError> =
        Rows.encode flow.Dag frame
        |> Result.map (fun values ->
            let nodes = Density.ofNodes team flow values
            Array.init (Rows.count values) (fun row -> nodes |> Array.sumBy (fun node -> node[row])))

    /// Mean negative log-likelihood of each node, nats.
    let nll (team: Team) (frame: Frame) (flow: Flow) : Result<Map<string, float>, FlowError> =
        Rows.encode flow.Dag frame |> Result.map (Density.nll team flow)

    /// Refuses an intervention that the graph cannot take, before any data are read.
    let checkInterventions (flow: Flow) (interventions: (string * Setting) list) : Result<unit, FlowError> =
        Intervention.check flow.Dag interventions

    /// n rows of the model, or of the model under an intervention: a node that is set hears no parents any more. Row i depends on the key and
    /// on i alone.
    let sample
        (team: Team)
        (key: Key)
        (interventions: (string * Setting) list)
        (n: int)
        (flow: Flow)
        : Result<Frame, FlowError> =
        if n < 1 then
            Error(FlowError.BadOption("n", string n, "at least 1"))
        elif n > mostRows then
            Error(FlowError.BadOption("n", string n, $"at most {mostRows}"))
        else
            Intervention.columns flow.Dag n interventions
            |> Result.bind (fun set -> Latents.toRows team flow n set (Latents.fresh key) |> Rows.decode flow.Dag)

    /// P(Y = k) of an ordinal node in each row given its parents' values there, those that an intervention sets included: (n)(K), analytic.
    /// Only parents may be set: an effect that passes through other nodes is followed by sample and counterfactual.
    let pmf
        (team: Team)
        (name: string)
        (interventions: (string * Setting) list)
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        Dag.node name flow.Dag
        |> Result.bind (fun node ->
            GivenParents.ordinal node
            |> Result.bind (fun levels ->
                GivenParents.rows node interventions frame flow
                |> Result.map (Density.levels team flow node (Levels.count levels) >> Array.transpose)))

    /// What f says of a continuous node's distribution given its parents, at points: (n)(m).
    let private atPoints team name interventions points frame flow f =
        Dag.node name flow.Dag
        |> Result.bind (fun node ->
            GivenParents.continuous node
            |> Result.bind (fun () -> GivenParents.rows node interventions frame flow)
            |> Result.map (GivenParents.atPoints team node flow points f))

    /// The density of a continuous node at points in each row given its parents' values there, those that an intervention sets included:
    /// (n)(m), analytic. Only parents may be set; Distribution follows an intervention through other nodes.
    let density
        (team: Team)
        (name: string)
        (interventions: (string * Setting) list)
        (points: float[])
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        atPoints team name interventions points frame flow (fun given -> Conditional.cdfAndDensity given >> snd)

    /// P(X ≤ x) of a continuous node at points x, as density has it: (n)(m).
    let cdf
        (team: Team)
        (name: string)
        (interventions: (string * Setting) list)
        (points: float[])
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        atPoints team name interventions points frame flow (fun given -> Conditional.cdfAndDensity given >> fst)

    /// The values of a continuous node below which shares p lie, as density has it: (n)(m).
    let quantiles
        (team: Team)
        (name: string)
        (interventions: (string * Setting) list)
        (shares: float[])
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        Statistic.checkShares shares
        |> Result.bind (fun () ->
            let latents = Array.map Logistic.quantile shares
            atPoints team name interventions latents frame flow Conditional.values)

    /// The factor by which the odds of a node change as a parent moves from one value to another, in each row, whose other parents stay as
    /// they are: (n)(m). Of a continuous node they are the odds of a value at most each threshold, of an ordinal one those of a level above
    /// each threshold (a code below the highest). A linear shift has exp(β·difference) in every row, a complex shift the same at every threshold.
    let oddsRatios
        (team: Team)
        (name: string)
        (parent: string)
        (first: Setting, last: Setting)
        (thresholds: float[])
        (frame: Frame)
        (flow: Flow)
        : Result<float[][], FlowError> =
        Dag.node name flow.Dag
        |> Result.bind (fun node ->
            if List.contains parent (Node.parents node) then
                GivenParents.oddsRatios team node parent (first, last) thresholds frame flow
            else
                Error(FlowError.NoEdge(name, parent, Node.parents node)))

    /// The latent of each node in each row: exact for continuous nodes; for ordinal ones a draw from the standard logistic distribution inside
    /// the interval of the row's level.
    let abduct (team: Team) (key: Key) (frame: Frame) (flow: Flow) : Result<Frame, FlowError> =
        Rows.encode flow.Dag frame
        |> Result.bind (fun values ->
            Latents.ofRows team key flow values
            |> Array.map Column.Numeric
            |> Seq.zip (Dag.names flow.Dag)
            |> Frame.ofColumns
            |> Result.mapError FlowError.Data)

    /// The rows that latents make, under an intervention if any: those of abducted rows give these rows back, and under an intervention
    /// their counterfactuals.
    let ofLatents
        (team: Team)
        (interventions: (string * Setting) list)
        (latents: Frame)
        (flow: Flow)
        : Result<Frame, FlowError> =
        Rows.latents flow.Dag latents
        |> Result.bind (fun u ->
            let rows = Rows.count u

            Intervention.columns flow.Dag rows interventions
            |> Result.bind (fun set ->
                Latents.toRows team flow rows set (fun node start length -> Array.sub u[node] start length)
                |> Rows.decode flow.Dag))

    /// What each row would have been under an intervention: abduct, act, predict. Columns that the intervention cannot reach are those of
    /// the data, bit for bit.
    let counterfactual team key interventions (frame: Frame) (flow: Flow) : Result<Frame, FlowError> =
        let set = List.map fst interventions

        let keepUnreached imagined =
            Dag.names flow.Dag
            |> List.except (set @ List.collect (fun name -> Dag.descendants name flow.Dag) set)
            |> List.fold
                (fun frame' name ->
                    frame'
                    |> Result.bind (fun frame' ->
                        Frame.column name frame |> Result.bind (fun seen -> Frame.add name seen frame')))
                (Ok imagined)
            |> Result.mapError FlowError.Data

        checkInterventions flow interventions
        |> Result.bind (fun () -> abduct team key frame flow)
        |> Result.bind (fun latents -> ofLatents team interventions latents flow)
        |> Result.bind keepUnreached

    /// The coefficients of all linear shifts. A continuous parent has one, per unit of its values; an ordinal parent one for each level but its
    /// lowest, against which the others are contrasts (only contrasts are identifiable).
    let coefficients (flow: Flow) : Coefficient list = Coefficient.all flow

    /// What a classical fit infers: estimates with standard errors, Wald tests and 95 % intervals, log-likelihoods and AIC, by node in the
    /// order of the graph. References are pairs of an ordinal parent and the level that its others are compared with; else its lowest.
    let inference (references: (string * string) list) (flow: Flow) : Result<NodeSummary list, FlowError> =
        Inference.summaries references flow
