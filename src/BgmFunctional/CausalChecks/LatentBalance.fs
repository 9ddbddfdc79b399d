// Overlap and balance of the latent confounders: what the model says of P(arm | Z₀), Z₂ averaged out, and what weighting by it does.
namespace BgmFunctional.CausalChecks

open System
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Checks
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Numerics

/// Means of a latent confounder in the arms of a treatment, less the mean of all rows, in its standard deviations.
type LatentBalance = {
    /// Its name, Z0.1, Z0.2, …
    Latent: string
    /// By arm, as they are.
    Before: float[]
    /// By arm, each draw weighted by 1/P(arm | Z₀): 0, but for chance, if the model of the treatment is right.
    After: float[]
}

/// Balance.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module LatentBalance =

    /// The largest difference between two arms.
    let largest (distances: float[]) = Array.max distances - Array.min distances

    /// A difference that is worth a warning, standard deviations (Austin 2009).
    let mostImbalance = 0.1

/// The arms of a treatment, by name, and the arm of each row.
type internal Arms = {
    Labels: string list
    OfRow: int[]
    /// Where ranges of a continuous treatment end, in the units in which the model learns.
    Cuts: float[]
}

/// Propensities given the latent confounders.
[<RequireQualifiedAccess>]
module internal LatentPropensity =

    /// Draws of Z₂ over which h is averaged, the same for all rows; and draws of a row's Z₀ in each chain.
    let private others, drawsOfChain = 32, 5

    /// Draws whose propensities are known: (n, draws, arms) of each chain.
    type Propensities = { Draws: int[]; Values: float[] }

    /// What h says of a row (Z₀, Z₂): the logit's probability, or mean and standard deviation.
    let private treatmentOf (config: Config) (h: Mlp) input =
        let output = Network.applyPlain h input

        match config.Treatment with
        | Binary -> Tensor.sigmoid (means output)
        | Continuous -> Tensor.concat 1 [ means output; sqrt (variance config.XVariance output) ]

    /// P(arm | Z₀) at some draws of every row: Z₂ is that of rows drawn at random, whatever their Z₀.
    let ofChain (team: Team) (key: Key) (config: Config) (arms: Arms) (chain: LatentDraws) : Propensities =
        let z0, z2 = config.Latents.Z0, config.Latents.Z2
        let z2First = z0 + config.Latents.Z1

        let draws = [|
            for d in 0 .. (min drawsOfChain chain.Count) - 1 -> d * chain.Count / min drawsOfChain chain.Count
        |]

        let k = arms.Labels.Length
        let strangers = Array.zeroCreate<float>(2 * others)
        Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span strangers)
        let pick u count = min (count - 1) (int (u * float count))
        let h = RowFunction(team, z0 + z2, treatmentOf config chain.Networks.Treatment)

        let output =
            h.Run(
                chain.Rows * draws.Length * others,
                fun row target offset ->
                    let m, place = row % others, row / others
                    LatentDraws.copy chain (place / draws.Length) draws[place % draws.Length] 0 z0 target offset

                    LatentDraws.copy
                        chain
                        (pick strangers[2 * m] chain.Rows)
                        (pick strangers[2 * m + 1] chain.Count)
                        z2First
                        z2
                        target
                        (offset + z0)
            )

        let values = Array.zeroCreate<float>(chain.Rows * draws.Length * k)

        team.Run(
            chain.Rows,
            fun i ->
                for d in 0 .. draws.Length - 1 do
                    let place = i * draws.Length + d

                    for m in 0 .. others - 1 do
                        let row = place * others + m

                        match config.Treatment with
                        | Binary ->
                            values[place * k] <- values[place * k] + (1.0 - output[row]) / float others
                            values[place * k + 1] <- values[place * k + 1] + output[row] / float others
                        | Continuous ->
                            let mutable below = 0.0

                            for arm in 0 .. k - 1 do
                                let upTo =
                                    if arm = k - 1 then
                                        1.0
                                    else
                                        Normal.cdf ((arms.Cuts[arm] - output[2 * row]) / output[2 * row + 1])

                                values[place * k + arm] <- values[place * k + arm] + (upTo - below) / float others
                                below <- upTo
        )

        { Draws = draws; Values = values }

    /// Averages over the draws of each row, (arms)(n).
    let ofRows (arms: Arms) n (chains: Propensities[]) : float[][] =
        let k = arms.Labels.Length

        Array.init k (fun arm ->
            Array.init n (fun i ->
                chains
                |> Array.averageBy (fun chain ->
                    let draws = chain.Draws.Length

                    [| 0 .. draws - 1 |]
                    |> Array.averageBy (fun d -> chain.Values[(i * draws + d) * k + arm]))))

    /// Balance of confounder j before and after weighting.
    let balance (arms: Arms) (draws: LatentDraws[]) (chains: Propensities[]) j : LatentBalance =
        let k = arms.Labels.Length

        /// Value, arm and weight of every draw.
        let all = [|
            for chain, propensities in Array.zip draws chains do
                let count = propensities.Draws.Length

                for i in 0 .. chain.Rows - 1 do
                    for d in 0 .. count - 1 do
                        let arm = arms.OfRow[i]
                        let z = chain.Z[(i * chain.Count + propensities.Draws[d]) * chain.Dimension + j]
                        struct (z, arm, Overlap.weight propensities.Values[(i * count + d) * k + arm])
        |]

        let mean = all |> Array.averageBy (fun struct (z, _, _) -> z)
        let sd = sqrt (all |> Array.averageBy (fun struct (z, _, _) -> (z - mean) ** 2.0))

        let distances weigh =
            Array.init k (fun arm ->
                let own = all |> Array.filter (fun struct (_, own, _) -> own = arm)
                let weights = own |> Array.sumBy weigh
                let sum = own |> Array.sumBy (fun (struct (z, _, _) as draw) -> weigh draw * z)
                (sum / weights - mean) / sd)

        {
            Latent = $"Z0.{j + 1}"
            Before = distances (fun _ -> 1.0)
            After = distances (fun struct (_, _, weight) -> weight)
        }

    /// A difference beyond the bound that chance, with so many effective rows in the arms, would hardly make.
    let warnings (overlap: Overlap) (balances: LatentBalance list) : string list = [
        let chance =
            overlap.Arms
            |> List.filter (fun arm -> arm.Rows > 0)
            |> List.map (fun arm -> 1.0 / arm.EffectiveRows)
            |> List.sortDescending
            |> List.truncate 2
            |> List.sum
            |> sqrt

        for balance in balances do
            let after = LatentBalance.largest balance.After

            if after > LatentBalance.mostImbalance + 3.0 * chance then
                $"balance of {balance.Latent}: weighted by 1/propensity, arms of '{overlap.Treatment}' still differ by %.2f{after} standard deviations; the model of the treatment does not fit"
    ]
