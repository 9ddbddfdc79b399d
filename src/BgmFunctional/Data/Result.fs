namespace BgmFunctional.Data

/// Results of lists.
[<RequireQualifiedAccess>]
module internal Result =
    /// f of every item, or the first refusal.
    let traverse (f: 'a -> Result<'b, 'error>) (items: 'a list) : Result<'b list, 'error> =
        (Ok [], items)
        ||> List.fold (fun results item ->
            results
            |> Result.bind (fun results -> f item |> Result.map (fun result -> result :: results)))
        |> Result.map List.rev
