namespace BgmFunctional.CausalBgm

/// What is asked of every draw: outcomes under some doses, and combinations of them.
[<NoComparison; NoEquality>]
type internal EffectQuestion = {
    /// The doses, (k).
    Doses: float[]
    /// Averages over rows: weights of the outcomes under the doses, (k), and which rows, for each.
    Averages: (float[] * bool[])[]
    /// The same for each row's own effect, if that is asked for.
    Row: float[] option
}

/// Questions.
[<RequireQualifiedAccess>]
module internal EffectQuestion =

    /// Of a binary treatment, y(1) − y(0) on average over all rows and over the treated, and on each row; of a continuous one, the curve at the doses.
    let create (treatment: TreatmentKind) (doses: float list) (x: float[]) : EffectQuestion =
        let everyRow = Array.create x.Length true

        match treatment with
        | Continuous ->
            let k = doses.Length

            {
                Doses = List.toArray doses
                Averages = Array.init k (fun j -> Array.init k (fun i -> if i = j then 1.0 else 0.0), everyRow)
                Row = None
            }
        | Binary ->
            let difference = [| -1.0; 1.0 |]
            let treated = x |> Array.map (fun x -> x = 1.0)

            {
                Doses = [| 0.0; 1.0 |]
                Averages = [|
                    difference, everyRow
                    if Array.contains true treated then
                        difference, treated
                |]
                Row = Some difference
            }

    /// Σ weights[j]·values[offset + j].
    let combine (weights: float[]) (values: float[]) offset =
        let mutable sum = 0.0

        for j in 0 .. weights.Length - 1 do
            if weights[j] <> 0.0 then
                sum <- sum + weights[j] * values[offset + j]

        sum
