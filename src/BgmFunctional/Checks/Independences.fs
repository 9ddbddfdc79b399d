namespace BgmFunctional.Checks

open BgmFunctional.Flows
open BgmFunctional.Kernels

/// An independence that the graph implies, tested on data; no fitted model has a part in it.
type IndependenceCheck = {
    /// What the graph says.
    Claim: Independence
    /// What the data say.
    Dependence: Dependence
    /// p for comparison with the level, all independences taken together (Holm).
    AdjustedP: float
}

/// The independences of a graph, on data.
[<RequireQualifiedAccess>]
module internal Independences =

    /// Tests all that the graph implies, on columns in the order of its nodes.
    let check (team: Team) (dag: Dag) (values: float[][]) : IndependenceCheck list =
        let column name = values[Dag.position name dag]
        let claims = Separation.implied dag |> List.groupBy _.Later |> List.toArray
        let results = Array.create claims.Length []

        team.Run(
            claims.Length,
            fun i ->
                let later, claims = claims[i]

                let span =
                    claims.Head.Given
                    |> List.map column
                    |> List.toArray
                    |> Dependence.given values[0].Length

                results[i] <-
                    claims
                    |> List.map (fun claim -> claim, Dependence.test span (column claim.Earlier) (column later))
        )

        let tested = List.concat results
        let adjusted = tested |> List.map (fun (_, dependence) -> dependence.P) |> Holm.adjust

        List.map2
            (fun (claim, dependence) adjusted -> { Claim = claim; Dependence = dependence; AdjustedP = adjusted })
            tested
            adjusted
