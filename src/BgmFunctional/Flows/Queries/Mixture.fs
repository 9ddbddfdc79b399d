// A node's distribution under an intervention: the mixture of its distributions given its parents, over the rows of a population or over
// draws of the model's own. What lies between intervention and node is drawn from the same latents whatever the intervention, so that
// contrasts have little Monte Carlo noise; the node itself is never drawn where its distribution given its parents says more.
namespace BgmFunctional.Flows

open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// Some draws of a mixture: the node's distribution in each of them.
[<NoComparison; NoEquality>]
type internal MixturePiece = { Start: int; Length: int; Given: Conditional }

/// The distributions of a population's node under an intervention.
[<NoComparison; NoEquality>]
type internal Mixture = {
    Population: Population
    Pieces: MixturePiece[]
    /// The node's own latents of draws start … start + length − 1.
    Latents: int -> int -> float[]
}

[<RequireQualifiedAccess>]
module internal Mixture =

    /// Entries start … start + length − 1 of a column that repeats without end.
    let private repeated start length (column: float[]) =
        if isNull column then
            null
        else
            Array.init length (fun i -> column[(start + i) % column.Length])

    /// The mixture of a population under an intervention.
    let under
        team
        key
        (interventions: (string * Setting) list)
        (population: Population)
        (flow: Flow)
        : Result<Mixture, FlowError> =
        let nodes = ReadyNode.all flow

        let piece (known: float[][]) start length =
            let values = known |> Array.map (repeated start length)
            Population.draw key flow nodes population.Drawn start length values

            {
                Start = start
                Length = length
                Given = Population.given flow nodes values population.Target
            }

        Intervention.columns flow.Dag population.Length interventions
        |> Result.map (fun set ->
            let known = Array.map2 (fun seen set -> if isNull set then seen else set) population.Columns set

            {
                Population = population
                Pieces = Rows.eachPiece team population.Draws (piece known)
                Latents = Latents.fresh key population.Target
            })

    // ---- numbers by draw -----------------------------------------------------------------------------------------------

    /// f of each piece, (n).
    let private each (team: Team) (mixture: Mixture) (f: MixturePiece -> float[]) : float[] =
        let parts = Array.zeroCreate mixture.Pieces.Length
        team.Run(parts.Length, fun i -> parts[i] <- f mixture.Pieces[i])
        Array.concat parts

    /// Σ_k w_k·P(Y = k) of an ordinal node in each draw, (n).
    let weighted team (weights: float[]) mixture : float[] =
        each team mixture (fun piece -> Conditional.weighted piece.Given piece.Length weights)

    /// Latents and weights of the trapezium rule for ∫ g(u) f(u) du over the standard logistic density, which converges exponentially for
    /// smooth g; 4e-9 of the mass lies beyond.
    let private latentGrid =
        let u = [| for i in -40 .. 40 -> float i / 2.0 |]
        let density = Array.map Logistic.density u
        let total = Array.sum density
        Array.map2 (fun u f -> u, f / total) u density

    /// E Y of a continuous node in each draw, (n), or where parents are drawn too a draw of Y.
    let expectations team (mixture: Mixture) : float[] =
        each team mixture (fun piece ->
            if mixture.Population.IsExact then
                let sums = Array.zeroCreate piece.Length

                for u, weight in latentGrid do
                    Conditional.values piece.Given (Array.create piece.Length u)
                    |> Array.iteri (fun row y -> sums[row] <- sums[row] + weight * y)

                sums
            else
                Conditional.values piece.Given (mixture.Latents piece.Start piece.Length))

    /// P(Y ≤ y) and the density at y of a continuous node in each draw, (n) each; y says the value of a draw.
    let cdfAndDensity team (y: int -> float) (mixture: Mixture) : float[] * float[] =
        let densities = Array.zeroCreate mixture.Population.Draws

        let cdf =
            each team mixture (fun piece ->
                let y = Array.init piece.Length (fun row -> y (piece.Start + row))

                Conditional.cdfAndDensity piece.Given y
                |> fun (cdf, density) ->
                    density.CopyTo(densities, piece.Start)
                    cdf)

        cdf, densities

    // ---- numbers by group: draw d belongs to group d mod groups ----------------------------------------------------------------

    /// Means, (groups).
    let means groups (byDraw: float[]) : float[] =
        let sums = Array.zeroCreate groups

        byDraw
        |> Array.iteri (fun d value -> sums[d % groups] <- sums[d % groups] + value)

        sums |> Array.map (fun sum -> sum / float (byDraw.Length / groups))

    /// Standard errors of the means, (groups); 0 where each group has a single draw, which nothing but its parents has made.
    let standardErrors groups (byDraw: float[]) : float[] =
        let count = float (byDraw.Length / groups)
        let means = means groups byDraw
        let squares = Array.zeroCreate groups

        byDraw
        |> Array.iteri (fun d value ->
            let g = d % groups
            squares[g] <- squares[g] + (value - means[g]) * (value - means[g]))

        squares
        |> Array.map (fun sum -> if count > 1.0 then sqrt (sum / (count - 1.0) / count) else 0.0)

    let private mostSteps = 100

    /// Where the mean cdf of a continuous node in a group is p, (groups): Newton's method in a bracket, all groups at once. The root lies
    /// between the least and the largest p-quantile of the group's draws given their parents.
    let quantiles team groups p mixture : float[] =
        let given =
            each team mixture (fun piece ->
                Conditional.values piece.Given (Array.create piece.Length (Logistic.quantile p)))

        let low, high = Array.create groups infinity, Array.create groups -infinity

        given
        |> Array.iteri (fun d y ->
            low[d % groups] <- min low[d % groups] y
            high[d % groups] <- max high[d % groups] y)

        let tolerance = Array.map2 (fun low high -> 1e-13 * (high - low + max (abs low) (abs high))) low high

        let rec solve step (y: float[]) =
            let cdf, density = cdfAndDensity team (fun d -> y[d % groups]) mixture

            let next =
                Array.map2 (fun cdf density -> cdf - p, density) (means groups cdf) (means groups density)
                |> Array.mapi (fun g (excess, density) ->
                    if excess < 0.0 then low[g] <- y[g] else high[g] <- y[g]
                    let newton = y[g] - excess / density

                    if newton >= low[g] && newton <= high[g] then
                        newton
                    else
                        (low[g] + high[g]) / 2.0)

            let isDone = Array.forall (fun g -> abs (next[g] - y[g]) <= tolerance[g]) [| 0 .. groups - 1 |]
            if isDone || step = mostSteps then next else solve (step + 1) next

        solve 1 (means groups given)

    /// Numbers by draw, (n), whose mean in each group is the statistic of that group: of a quantile q, q − (F(q) − p) / f(q) with F the
    /// draw's cdf and f the group's density, whose spread is the quantile's.
    let contributions team groups functional mixture : float[] =
        match functional with
        | Weighted weights -> weighted team weights mixture
        | Expectation -> expectations team mixture
        | Share p ->
            let q = quantiles team groups p mixture
            let cdf, density = cdfAndDensity team (fun d -> q[d % groups]) mixture
            let density = means groups density
            cdf |> Array.mapi (fun d cdf -> q[d % groups] - (cdf - p) / density[d % groups])
