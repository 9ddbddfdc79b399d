/// Cohorts with what checks look for.
module BgmFunctional.Tests.Checks.Cohorts

open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests.Flows.FlowGenerators

let private shifts = List.map LinearShift
let private affine name parents = { Node.continuous name with Kind = Continuous Affine; Terms = shifts parents }
let private binary name parents = Node.ordinal name 2 |> Node.withTerms (shifts parents)

let private variable (node: Node) equation = { Node = node; Noise = Noise.Logistic; Equation = equation }

/// How strongly x decides about the treatment, and whether x bends the outcome.
let simulator (selection: float) (bend: float) =
    Simulator.create "checked" "x -> t, x -> y, t -> y, w <- x" (fun () -> Truth.nothing) [
        variable (affine "x" []) (fun _ u -> u)
        variable (affine "w" [ "x" ]) (fun p u -> 0.5 * p[0] + u)
        variable (binary "t" [ "x" ]) (fun p u -> if selection * p[0] + u > 0.0 then 1.0 else 0.0)
        variable (Node.ordinal "y" 4 |> Node.withTerms (shifts [ "x"; "t" ])) (fun p u ->
            Variable.level [| -1.0; 0.5; 2.0 |] (p[0] + bend * p[0] * p[0] + p[1]) u)
    ]

let rows seed n simulator = Simulator.sample (Key.OfSeed seed) [] n simulator |> ok

let fit dag frame = (Classical.fit 2 dag frame |> ok).Flow

/// The graph with the parents of a node replaced.
let rewired name parents (dag: Dag) =
    Dag.nodes dag
    |> List.map (fun node -> if node.Name = name then Node.withTerms (shifts parents) node else node)
    |> Dag.create
    |> okAll

let check options frame flow =
    use team = new Team(2)
    ModelCheck.run team options frame flow

let treated = { CheckOptions.defaults with Treatments = [ "t" ] }
