// From prior to posterior: how much the rows have taught about each latent, and which latents the model leaves unused.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// What a latent moves.
type LatentPart =
    /// Z₀: treatment, outcome and covariates.
    | Confounder
    /// Z₁: outcome and covariates.
    | OutcomePart
    /// Z₂: treatment and covariates.
    | TreatmentPart
    /// Z₃: covariates.
    | CovariatesPart

/// How far the posterior of a latent has moved from its prior.
type LatentUse = {
    /// Z0.1, Z0.2, …, Z1.1, …: its part, and its number in it.
    Latent: string
    /// What it moves.
    Part: LatentPart
    /// 1 − posterior variance / prior variance, averaged over rows: 0, nothing is known of a row's latent; 1, all is.
    Learned: float
    /// KL(posterior ‖ prior) of a row, as normal distributions, averaged over rows; nats.
    Divergence: float
    /// Mean of the draws of all rows; 0 if they are spread as N(0, 1) says.
    Mean: float
    /// Standard deviation of the draws of all rows; 1 if they are spread as N(0, 1) says.
    Sd: float
}

/// Latents.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module LatentUse =

    /// Below it, a latent is unused: its posterior is the prior.
    let leastLearned = 0.05

    /// The latents by name, with their parts.
    let names (dims: LatentDims) : (string * LatentPart) list = [
        for part, (kind, count) in
            List.indexed [ Confounder, dims.Z0; OutcomePart, dims.Z1; TreatmentPart, dims.Z2; CovariatesPart, dims.Z3 ] do
            for i in 1..count -> $"Z{part}.{i}", kind
    ]

    /// What a part's latents move, in words.
    let describe part =
        match part with
        | Confounder -> "treatment and outcome"
        | OutcomePart -> "outcome"
        | TreatmentPart -> "treatment"
        | CovariatesPart -> "covariates alone"

    /// Mean and variance of the prior of row i's latent j.
    let private prior (team: Team) (model: CausalModel) (data: Observations) : int -> int -> struct (float * float) =
        match model.Networks.Prior, data.U with
        | Some state, Some u ->
            let width, q = u.Shape[1], LatentDims.total model.Config.Latents
            let values = Tensor.toFloat32 u
            let network = Network.mean state

            let parameters input =
                let output = Network.applyPlain network input
                Tensor.concat 1 [ Model.means output; Model.variance Learned output ]

            let output =
                RowFunction(team, width, parameters)
                    .Run(
                        u.Shape[0],
                        (fun row target offset -> System.Array.Copy(values, row * width, target, offset, width))
                    )

            fun i j -> struct (output[i * (q + 1) + j], output[i * (q + 1) + q])
        | _ -> fun _ _ -> struct (0.0, 1.0)

    /// Variance of a row's draws in its chains, above 0.
    let private withinChains (chains: struct (float * float)[]) =
        chains
        |> Array.averageBy (fun struct (mean, square) -> square - mean * mean)
        |> max 1e-12

    /// Variance of the posterior, from chains' means and mean squares: half the mean square difference of draws of two chains. Draws of one chain are
    /// too much alike, so that few of them spread less than the posterior.
    let private variance (chains: struct (float * float)[]) =
        let count = float chains.Length

        if chains.Length = 1 then
            withinChains chains
        else
            let means = chains |> Array.map (fun struct (mean, _) -> mean)
            let squares = means |> Array.sumBy (fun mean -> mean * mean)
            let products = (Array.sum means ** 2.0 - squares) / (count * (count - 1.0))
            (chains |> Array.averageBy (fun struct (_, square) -> square)) - products

    /// Of every latent, from draws given everything.
    let internal check team (model: CausalModel) (data: Observations) (draws: LatentDraws[]) : LatentUse list =
        let n, q = draws[0].Rows, draws[0].Dimension
        let prior = prior team model data

        /// Mean and mean square of latent j's draws for row i, by chain.
        let moments i j =
            draws
            |> Array.map (fun chain ->
                let values = Array.init chain.Count (fun d -> chain.Z[(i * chain.Count + d) * q + j])
                struct (Array.average values, values |> Array.averageBy (fun z -> z * z)))

        let latent j (name, part) =
            let rows =
                Array.init n (fun i ->
                    let chains = moments i j
                    let mean = chains |> Array.averageBy (fun struct (mean, _) -> mean)
                    let struct (priorMean, priorVariance) = prior i j
                    let ratio = variance chains / priorVariance
                    let shift = (mean - priorMean) ** 2.0 / priorVariance
                    let within = withinChains chains / priorVariance
                    let square = chains |> Array.averageBy (fun struct (_, square) -> square)
                    mean, square, 1.0 - ratio, 0.5 * (within + shift - 1.0 - log within))

            let average pick = Array.averageBy pick rows
            let mean = average (fun (mean, _, _, _) -> mean)

            {
                Latent = name
                Part = part
                Learned = average (fun (_, _, learned, _) -> learned)
                Divergence = average (fun (_, _, _, divergence) -> divergence)
                Mean = mean
                Sd = sqrt (average (fun (_, square, _, _) -> square) - mean * mean)
            }

        names model.Config.Latents |> List.mapi latent

    /// One line for all that are unused.
    let internal warnings (uses: LatentUse list) : string list =
        match uses |> List.filter (fun latent -> latent.Learned < leastLearned) with
        | [] -> []
        | unused ->
            let names =
                unused
                |> List.map (fun latent -> $"{latent.Latent} ({describe latent.Part})")
                |> String.concat ", "

            [
                $"latents {names}: the rows teach nothing about them, their posterior is the prior; fewer of that part would do"
            ]
