namespace BgmFunctional.Flows

open BgmFunctional.Data

/// Why a graph cannot be built, a flow cannot be fitted, or a question cannot be asked.
[<RequireQualifiedAccess>]
type FlowError =
    /// A graph without nodes.
    | EmptyGraph
    /// A node without a name.
    | UnnamedNode
    /// Two nodes of one name.
    | DuplicateNode of node: string
    /// A term names a parent that is no node.
    | UnknownParent of node: string * parent: string * known: string list
    /// Nodes that are their own ancestors, in the order of the arrows.
    | Cycle of nodes: string list
    /// A parent stands in two terms of a node, or twice in one.
    | RepeatedParent of node: string * parent: string
    /// A term without parents.
    | EmptyTerm of node: string
    /// An ordinal node needs two levels at least.
    | TooFewLevels of node: string * levels: int
    /// Two levels of one name.
    | RepeatedLevel of node: string * level: string
    /// A Bernstein polynomial has 3 to 500 numbers.
    | ParametersOutside of node: string * count: int
    /// A spline has 2 to 100 bins.
    | BinsOutside of node: string * bins: int
    /// A graph file that does not say what it should.
    | BadGraphFile of path: string * place: string * problem: string
    /// Data that cannot be used.
    | Data of DataError
    /// Validation rows that cannot be used.
    | ValidationData of DataError
    /// An option outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// A checkpoint that cannot be written or resumed.
    | Checkpoint of DataError
    /// A question about a node that the graph does not have.
    | UnknownNode of node: string * known: string list
    /// An intervention that sets an ordinal node to something that is no level of it.
    | NotALevel of node: string * value: string * levels: string
    /// An intervention with a value that is no finite number.
    | NotANumber of node: string * value: string
    /// A list of values, one a row, of another length than the rows.
    | WrongLength of node: string * found: int * rows: int
    /// A probability mass function under an intervention on a node that is no parent.
    | NotAParent of node: string * set: string * parents: string list
    /// A probability mass function of a continuous node.
    | NotOrdinal of node: string
    /// A model file whose parts do not fit together.
    | BadModelFile of path: string * problem: string
    /// A fit whose loss is not finite.
    | Diverged of node: string * epoch: int
    /// A classical fit of a graph with another edge than a linear shift.
    | NotLinear of node: string * parent: string * label: string
    /// Standard errors of a flow that no classical fit has made.
    | NoInference
    /// A level to compare with that its parent does not have.
    | BadReference of parent: string * level: string * known: string list
    /// Too few rows for tests.
    | TooFewRows of found: int * needed: int
    /// An effect that would run against the arrows, or of a node on itself.
    | NotDownstream of treatment: string * outcome: string
    /// A statistic of a level that its node does not have.
    | NoSuchLevel of statistic: string * node: string * known: string list
    /// A statistic that nodes of this kind do not have.
    | WrongStatistic of statistic: string * node: string * kind: string * wanted: string
    /// A density or a quantile of an ordinal node.
    | NotContinuous of node: string
    /// The distribution of a node that the intervention itself sets.
    | NodeIsSet of node: string
    /// A question about an edge that the graph does not have.
    | NoEdge of node: string * parent: string * parents: string list
    /// A curve of an edge that is no shift.
    | NotAShift of node: string * parent: string
    /// A curve of a parent whose term has others that are not given.
    | NotGiven of node: string * parent: string * others: string list
    /// A chart that was asked for and that the flow, or what is given with it, cannot fill.
    | NothingToDraw of chart: string * lacks: string
    /// A flow that does not say how it was fitted.
    | NoRecipe of problem: string
    /// Rows for a refit that are not those of the fit.
    | OtherRows of part: string * found: string * wanted: string
    /// A bootstrap with too few refits that came to an end.
    | BootstrapFailed of refits: int * failed: int * reasons: string
    /// A question to the refits of a bootstrap that one of them answers with no finite number.
    | NoAnswer of refit: int * value: string

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module FlowError =

    let private list (names: string list) = names |> String.concat ", "

    let private text error =
        match error with
        | FlowError.EmptyGraph -> "graph: it has no nodes; at least one is needed"
        | FlowError.UnnamedNode -> "graph: a node has an empty name; every node needs the name of its column"
        | FlowError.DuplicateNode node -> $"node '{node}': it is defined twice; every node needs a name of its own"
        | FlowError.UnknownParent(node, parent, known) ->
            $"node '{node}': parent '{parent}' is no node of the graph; its nodes are {list known}"
        | FlowError.Cycle nodes ->
            let arrows = nodes @ List.truncate 1 nodes |> String.concat " -> "
            $"graph: {arrows} is a cycle; remove one of its edges"
        | FlowError.RepeatedParent(node, parent) ->
            $"node '{node}': parent '{parent}' appears twice; each parent enters a node through exactly one term"
        | FlowError.EmptyTerm node -> $"node '{node}': a term has no parents; name at least one, or leave the term out"
        | FlowError.TooFewLevels(node, levels) -> $"node '{node}': {levels} levels; an ordinal node needs at least 2"
        | FlowError.RepeatedLevel(node, level) ->
            $"node '{node}': level '{level}' is listed twice; level names must differ"
        | FlowError.ParametersOutside(node, count) ->
            $"node '{node}': a Bernstein transformation with {count} parameters; 3 to 500 will do"
        | FlowError.BinsOutside(node, bins) -> $"node '{node}': a spline with {bins} bins; 2 to 100 will do"
        | FlowError.BadGraphFile(path, place, problem) -> $"{path}: {place}: {problem}"
        | FlowError.Data error -> DataError.message error
        | FlowError.Checkpoint error -> DataError.message error
        | FlowError.ValidationData error -> $"validation rows: {DataError.message error}"
        | FlowError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | FlowError.UnknownNode(node, known) -> $"node '{node}' is not in the model; its nodes are {list known}"
        | FlowError.NotALevel(node, value, levels) ->
            $"do {node}={value}: no level of '{node}'; its levels are {levels}"
        | FlowError.NotANumber(node, value) ->
            $"do {node}={value}: a finite number is needed, of at most 3.4e38 in size"
        | FlowError.WrongLength(node, found, rows) ->
            $"do {node}: {found} values for {rows} rows; give one value, or one a row"
        | FlowError.NotAParent(node, set, parents) ->
            $"do {set}: it is no parent of '{node}', whose parents are {list parents}; sample or counterfactual follow an effect through other nodes"
        | FlowError.NotOrdinal node -> $"node '{node}' is continuous; a probability mass function needs an ordinal node"
        | FlowError.BadModelFile(path, problem) -> $"{path}: {problem}"
        | FlowError.Diverged(node, epoch) ->
            $"node '{node}': the loss is not finite in epoch {epoch}; a smaller learning rate would do"
        | FlowError.NotLinear(node, parent, label) ->
            $"node '{node}': parent '{parent}' enters through {label}; a classical fit takes linear shifts (ls) alone"
        | FlowError.NoInference -> "the model has no standard errors: only a classical fit (fit --classical) makes them"
        | FlowError.NothingToDraw(chart, lacks) -> $"chart '{chart}': {lacks}"
        | FlowError.BadReference(parent, level, []) ->
            $"reference {parent}={level}: '{parent}' is no ordinal node that is a parent"
        | FlowError.BadReference(parent, level, known) ->
            $"reference {parent}={level}: no level of '{parent}'; its levels are {list known}"
        | FlowError.TooFewRows(found, needed) ->
            $"the data have {found} rows; checking this graph needs at least {needed}"
        | FlowError.NotDownstream(treatment, outcome) when treatment = outcome ->
            $"effect of '{treatment}' on itself: another node is needed as the outcome"
        | FlowError.NotDownstream(treatment, outcome) ->
            $"effect of '{treatment}' on '{outcome}': '{outcome}' is an ancestor of '{treatment}', and effects follow the arrows; an outcome further down would do"
        | FlowError.NoSuchLevel(statistic, node, known) ->
            $"statistic {statistic}: no level of '{node}'; its levels are {list known}"
        | FlowError.WrongStatistic(statistic, node, kind, wanted) ->
            $"statistic {statistic}: '{node}' is {kind}; {wanted} will do"
        | FlowError.NotContinuous node ->
            $"node '{node}' is ordinal; densities, cdfs and quantiles need a continuous node, and this one has a probability mass function"
        | FlowError.NodeIsSet node -> $"do {node}: its own distribution is asked for; set other nodes"
        | FlowError.NoEdge(node, parent, []) -> $"node '{node}' has no parents, hence none called '{parent}'"
        | FlowError.NoEdge(node, parent, parents) ->
            $"'{parent}' is no parent of '{node}', whose parents are {list parents}"
        | FlowError.NotAShift(node, parent) ->
            $"'{parent}' enters '{node}' through ci, which is no shift and has no curve; intercept contributions show it"
        | FlowError.NotGiven(node, parent, others) ->
            $"curve of '{parent}' in node '{node}': its term has {list others} too; give each of them a value"
        | FlowError.NoRecipe problem -> $"the model does not say how it was fitted: {problem}; fit it again"
        | FlowError.OtherRows(part, found, wanted) ->
            $"{part}: found {found}; the flow was fitted to {wanted}, and is refitted to samples of the same"
        | FlowError.BootstrapFailed(refits, failed, reasons) ->
            $"bootstrap: {failed} of {refits} refits failed, too many for an interval: {reasons}"
        | FlowError.NoAnswer(refit, value) ->
            $"bootstrap: the answer of refit {refit} is {value}, which no interval can hold"

    /// The message of an error.
    let message error = (text error).ReplaceLineEndings " "
