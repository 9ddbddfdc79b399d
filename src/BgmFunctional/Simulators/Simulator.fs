// Structural causal models that are known: every variable is a function of its parents and of a latent of its own, so that what is seen, what
// happens under an intervention and what would have happened are rows that the same latents make.
namespace BgmFunctional.Simulators

open System
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels

/// A normal distribution.
type Normal = {
    /// Its mean.
    Mean: float
    /// Its standard deviation, above 0.
    StandardDeviation: float
}

/// The distribution of a variable's latent.
[<RequireQualifiedAccess>]
type Noise =
    /// Standard logistic, as causal flows have it.
    | Logistic
    /// Standard normal.
    | Normal
    /// Laplace around 0: density exp(−|u| / scale) / (2·scale), variance 2·scale².
    | Laplace of scale: float
    /// One normal distribution or the other, with equal chances.
    | Halves of first: Normal * second: Normal

/// A variable: its node in the graph, its latent, and its structural equation.
[<NoComparison; NoEquality>]
type Variable = {
    /// Its name, kind and parents, with the terms of the paper.
    Node: Node
    /// The distribution of its latent u.
    Noise: Noise
    /// Its value, from those of its parents in the order of the node's terms, and from u; an ordinal variable's is the code of a level.
    Equation: float[] -> float -> float
}

/// A structural causal model with everything that is known about it.
[<NoComparison; NoEquality>]
type Simulator = {
    /// The name by which the command line knows it.
    Name: string
    /// What it is, in one line.
    Description: string
    /// The causal graph, with the terms of the paper.
    Dag: Dag
    /// The variables, in the order of the graph's nodes.
    Variables: Variable list
    /// What a good model finds; computed when it is first asked for.
    Truth: Lazy<Truth>
}

/// Variables of a simulator.
[<RequireQualifiedAccess>]
module internal Variable =

    /// A variable without parents.
    let root node noise (f: float -> float) = { Node = node; Noise = noise; Equation = fun _ u -> f u }

    /// A variable of one parent and its latent.
    let one node noise (f: float -> float -> float) = {
        Node = node
        Noise = noise
        Equation = fun parents u -> f parents[0] u
    }

    /// A variable of two parents and its latent.
    let two node noise (f: float -> float -> float -> float) = {
        Node = node
        Noise = noise
        Equation = fun parents u -> f parents[0] parents[1] u
    }

    /// A variable of four parents and its latent.
    let four node noise (f: float -> float -> float -> float -> float -> float) = {
        Node = node
        Noise = noise
        Equation = fun parents u -> f parents[0] parents[1] parents[2] parents[3] u
    }

    /// The level of an ordinal variable, #{k: u > θ_k − s}.
    let level (cuts: float[]) shift (u: float) =
        let mutable level = 0

        while level < cuts.Length && u > cuts[level] - shift do
            level <- level + 1

        float level

/// Drawing from simulators.
[<RequireQualifiedAccess>]
module Simulator =

    /// A simulator of these variables, whose graph has to be sound.
    let internal create name description truth (variables: Variable list) : Simulator =
        match variables |> List.map _.Node |> Dag.create with
        | Ok dag -> {
            Name = name
            Description = description
            Dag = dag
            Variables = variables
            Truth = Lazy<Truth>(fun () -> truth ())
          }
        | Error problems ->
            let messages = problems |> List.map FlowError.message |> String.concat "; "
            invalidArg (nameof variables) $"simulator {name}: {messages}"

    /// Below it lies a share p of the Laplace distribution of scale 1.
    let private laplaceQuantile p = if p < 0.5 then log (2.0 * p) else -(log (2.0 * (1.0 - p)))

    let private noise (key: Key) n noise =
        match noise with
        | Noise.Logistic -> Draws.Stream(Draw.Logistic, key, n)
        | Noise.Normal -> Draws.Stream(Draw.Normal, key, n)
        | Noise.Laplace scale ->
            Draws.Stream(Draw.Uniform, key, n)
            |> Array.map (fun p -> scale * laplaceQuantile p)
        | Noise.Halves(first, second) ->
            (Draws.Stream(Draw.Uniform, key.Child 0L, n), Draws.Stream(Draw.Normal, key.Child 1L, n))
            ||> Array.map2 (fun p z ->
                let half = if p < 0.5 then first else second
                half.Mean + half.StandardDeviation * z)

    /// The latents of n rows, (n) in a column for each node: those of a variable are a stream of its own, and row i depends on the key and on
    /// i alone. Fewer than one row are refused.
    let latents (key: Key) (n: int) (simulator: Simulator) : Result<Frame, FlowError> =
        if n < 1 then
            Error(FlowError.BadOption("n", string n, "at least 1"))
        else
            simulator.Variables
            |> List.mapi (fun i variable ->
                variable.Node.Name, Column.Numeric(noise (key.Child(int64 i)) n variable.Noise))
            |> Frame.ofColumns
            |> Result.mapError FlowError.Data

    /// The values of all nodes, of which some are set and hear no parents.
    let private values (simulator: Simulator) (set: float[][]) (latents: float[][]) =
        let columns = Array.copy set
        let variables = List.toArray simulator.Variables

        let parentsOf variable =
            Node.parents variable.Node
            |> List.map (fun parent -> columns[Dag.position parent simulator.Dag])
            |> List.toArray

        for i in Dag.order simulator.Dag do
            if isNull columns[i] then
                let parents = parentsOf variables[i]
                let values = Array.zeroCreate parents.Length // of one row after the other

                columns[i] <-
                    latents[i]
                    |> Array.mapi (fun row u ->
                        for k in 0 .. parents.Length - 1 do
                            values[k] <- parents[k][row]

                        variables[i].Equation values u)

        columns

    /// Refuses an intervention that names an unknown node or no level of it.
    let check (interventions: (string * Setting) list) (simulator: Simulator) : Result<unit, FlowError> =
        Intervention.check simulator.Dag interventions

    /// The rows that latents make, under an intervention if any, such as `[ "x1", To 1.0 ]` or, row by row, `[ "x1", ToEach values ]`.
    let push
        (interventions: (string * Setting) list)
        (latents: Frame)
        (simulator: Simulator)
        : Result<Frame, FlowError> =
        Rows.latents simulator.Dag latents
        |> Result.bind (fun u ->
            Intervention.columns simulator.Dag (Frame.rowCount latents) interventions
            |> Result.bind (fun set -> values simulator set u |> Rows.decode simulator.Dag))

    /// n rows as they are seen or, with the same latents, as they would be under an intervention.
    let sample
        (key: Key)
        (interventions: (string * Setting) list)
        (n: int)
        (simulator: Simulator)
        : Result<Frame, FlowError> =
        latents key n simulator
        |> Result.bind (fun latents -> push interventions latents simulator)

    /// n rows as they are seen, and what each of them would have been under an intervention.
    let counterfactual key interventions n (simulator: Simulator) : Result<Frame * Frame, FlowError> =
        latents key n simulator
        |> Result.bind (fun latents ->
            push [] latents simulator
            |> Result.bind (fun factual ->
                push interventions latents simulator
                |> Result.map (fun imagined -> factual, imagined)))
