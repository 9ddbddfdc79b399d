namespace BgmFunctional.Checks

open System

/// Several tests at once.
[<RequireQualifiedAccess>]
module internal Holm =

    /// p-values that may each be compared with the level at which any false alarm among all of them is to have; NaN, a test that could not
    /// be made, stays NaN and does not count. Holm, Scandinavian Journal of Statistics 6, 1979.
    let adjust (ps: float list) : float list =
        let tested =
            ps
            |> List.indexed
            |> List.filter (snd >> Double.IsNaN >> not)
            |> List.sortBy snd

        let count = tested.Length

        let adjusted =
            tested
            |> List.mapi (fun rank (_, p) -> min 1.0 (float (count - rank) * p))
            |> List.scan max 0.0
            |> List.tail

        let byPlace = List.zip (List.map fst tested) adjusted |> Map.ofList
        ps |> List.mapi (fun i _ -> byPlace |> Map.tryFind i |> Option.defaultValue nan)
