namespace BgmFunctional.Checks

open System.Collections.Generic

/// Columns as their ranks: what they say does not change under any increasing transformation, and levels are treated like numbers.
[<RequireQualifiedAccess>]
module internal RankScores =

    /// Where each value stands among all, on (−1, 1): the share below less the share above. Equal values stand in one place.
    let places (values: float[]) : float[] =
        let groups = values |> Array.countBy id |> Array.sortBy fst
        let below = groups |> Array.scan (fun sum (_, count) -> sum + count) 0
        let place = Dictionary<float, float>()

        groups
        |> Array.iteri (fun i (value, count) ->
            place[value] <- float (2 * below[i] + count) / float values.Length - 1.0)

        values |> Array.map (fun value -> place[value])

    /// Legendre's polynomials P₁ … P_degree, (degree)(n).
    let private legendre degree (x: float[]) : float[][] =
        let next (previous: float[], current: float[]) j =
            let j = float j

            let following =
                Array.map3
                    (fun x current previous -> ((2.0 * j + 1.0) * x * current - j * previous) / (j + 1.0))
                    x
                    current
                    previous

            current, following

        ((Array.create x.Length 1.0, x), [| 1 .. degree - 1 |])
        ||> Array.scan next
        |> Array.map snd

    /// Polynomials of the places, up to a degree, but fewer than there are different values: K levels have K − 1, which tell them apart.
    let polynomials degree (values: float[]) : float[][] =
        let degree = min degree ((Array.distinct values).Length - 1)
        if degree < 1 then [||] else legendre degree (places values)
