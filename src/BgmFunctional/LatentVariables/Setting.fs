namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

/// Checks of settings by name: nothing, or the name, what was found and what would do.
[<RequireQualifiedAccess>]
module internal Setting =

    let require name found wanted isRight = if isRight then None else Some(name, found, wanted)

    let atLeast name low (value: int) = require name (string value) $"a whole number, at least {low}" (value >= low)

    let between name low high (value: int) =
        require name (string value) $"a whole number, {low} to {high}" (value >= low && value <= high)

    let positive name (value: float) =
        require name (string value) "a positive number" (value > 0.0 && Double.IsFinite value)

    let notNegative name (value: float) =
        require name (string value) "a number, 0 or above" (value >= 0.0 && Double.IsFinite value)

    /// Of a level such as that of an interval.
    let inside name (value: float) = require name (string value) "above 0 and below 1" (value > 0.0 && value < 1.0)

    /// Hidden units of a network.
    let units name (units: int list) = units |> List.tryPick (atLeast $"{name} units ({name}_units)" 1)

    let checkpoints (plan: CheckpointPlan option) =
        plan
        |> Option.bind _.Every
        |> Option.bind (atLeast "rounds between checkpoints" 1)

    let threads (value: int) = between "threads" 1 Team.MostThreads value

    let sampler (sampler: Sampler) =
        Sampler.problems sampler
        |> List.tryPick (fun problem ->
            match problem with
            | McmcError.BadOption(name, found, wanted) -> Some(name, found, wanted)
            | _ -> None)

    /// The value, or the first problem as an error.
    let check error (problems: (string * string * string) option list) value =
        match List.tryPick id problems with
        | Some problem -> Error(error problem)
        | None -> Ok value
