namespace BgmFunctional.LatentVariables

open System.Threading

/// Iterations that report now and then.
[<RequireQualifiedAccess>]
module internal Iterations =

    /// Steps from the number that is done to the last; after every so many, and at the end, a report of the number done, whose refusal ends them.
    let run first last every (cancellation: CancellationToken) step (report: int -> Result<unit, 'error>) =
        let rec go i =
            if i = last then
                Ok()
            else
                cancellation.ThrowIfCancellationRequested()
                step ()
                let next = i + 1

                if next % every = 0 || next = last then
                    report next |> Result.bind (fun () -> go next)
                else
                    go next

        go first
