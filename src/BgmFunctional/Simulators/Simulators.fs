namespace BgmFunctional.Simulators

open BgmFunctional.Flows

/// Every simulator, by name.
[<RequireQualifiedAccess>]
module Simulators =

    /// All of them, in the order of the paper.
    let all: Simulator list = [
        yield! Triangle.curves |> List.map Triangle.simulator
        yield! Triangle.curves |> List.map TriangleMixed.simulator
        Vaca.simulator
        Carefl.simulator
        StrokeCohort.simulator StrokeCohort.Linear StrokeCohort.Observational
        StrokeCohort.simulator StrokeCohort.Nonlinear StrokeCohort.Observational
        StrokeCohort.simulator StrokeCohort.Linear StrokeCohort.Trial
        StrokeCohort.simulator StrokeCohort.Nonlinear StrokeCohort.Trial
    ]

    /// Their names.
    let names = all |> List.map _.Name

    /// The simulator of that name; an unknown one is refused with the names there are.
    let named (name: string) : Result<Simulator, FlowError> =
        match all |> List.tryFind (fun simulator -> simulator.Name = name) with
        | Some simulator -> Ok simulator
        | None ->
            let known = String.concat ", " names
            Error(FlowError.BadOption("simulator", $"'{name}'", $"one of {known}"))
