namespace BgmFunctional.LatentVariables

open System
open System.Threading

/// Steps of a long computation that reports now and then.
[<RequireQualifiedAccess>]
module internal Iterations =

    /// Saves what was done before work ends, as was asked.
    let cancelled (token: CancellationToken) (save: unit -> Result<unit, 'error>) : Result<'a, 'error> =
        save () |> Result.bind (fun () -> raise (OperationCanceledException token))

    /// Steps from the number that is done to the last; after every so many, and at the end, a report of the number done, whose refusal ends them.
    let run first last every (cancellation: CancellationToken) save step (report: int -> Result<unit, 'error>) =
        let rec go i =
            if i = last then
                Ok()
            elif cancellation.IsCancellationRequested then
                cancelled cancellation (fun () -> if i = first then Ok() else save i)
            else
                step ()
                let next = i + 1

                if next % every = 0 || next = last then
                    report next |> Result.bind (fun () -> go next)
                else
                    go next

        go first
