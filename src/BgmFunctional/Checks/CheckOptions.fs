namespace BgmFunctional.Checks

open BgmFunctional.Flows

/// How a model is checked.
type CheckOptions = {
    /// Nodes whose overlap is looked at.
    Treatments: string list
    /// The level of the tests of fit together, and of the independences together: the probability of any warning if all is right.
    Alpha: float
    /// A propensity below it is scarce, for a treatment of two arms; for K arms it is 2/K of it. A row of such an arm would stand for 1/bound
    /// rows or more.
    Bound: float
    /// Names the random places of ordinal residuals within their levels' intervals.
    Seed: int64
}

/// Options of checks.
[<RequireQualifiedAccess>]
module CheckOptions =

    /// No treatment, level 0.05, bound 0.05 (so that nobody stands for more than twenty), seed 0.
    let defaults = { Treatments = []; Alpha = 0.05; Bound = 0.05; Seed = 0L }

    /// The options, or the first that a graph cannot take.
    let check (dag: Dag) (options: CheckOptions) : Result<CheckOptions, FlowError> =
        let unknown = options.Treatments |> List.tryFind (fun name -> (Dag.tryNode name dag).IsNone)

        match unknown with
        | Some name -> Error(FlowError.UnknownNode(name, Dag.names dag))
        | None when not (options.Alpha > 0.0 && options.Alpha < 1.0) ->
            Error(FlowError.BadOption("alpha", string options.Alpha, "above 0 and below 1"))
        | None when not (options.Bound > 0.0 && options.Bound < 0.5) ->
            Error(FlowError.BadOption("bound", string options.Bound, "above 0 and below 0.5"))
        | None -> Ok options
