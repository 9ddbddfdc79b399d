// How well the latents give the covariates back.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// A covariate, and what g makes of a row's latents.
type Reconstruction = {
    /// Its name.
    Covariate: string
    /// 1 − mean square of (v − μ_v(z)) / variance of v: the share that the latents explain; below 0 they mislead.
    Explained: float
    /// Mean of (v − μ_v(z))²/σ_v²(z): 1 if the noise that the model gives all covariates alike is right for this one.
    NoiseRatio: float
}

/// Reconstructions.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Reconstruction =

    /// Draws of each row and chain that are looked at.
    let private draws = 2

    /// Of every covariate, from draws given everything.
    let check (team: Team) (model: CausalModel) (data: Observations) (chains: LatentDraws[]) : Reconstruction list =
        let n, p = Observations.rows data, Observations.covariates data
        let v = Tensor.toArray data.V
        let squares, scaled = Array.zeroCreate<float> p, Array.zeroCreate<float> p
        let perRow = min draws chains[0].Count

        for chain in chains do
            let reconstruct input =
                let output = Network.applyPlain chain.Networks.Covariates input
                Tensor.concat 1 [ means output; variance model.Config.VVariance output ]

            let output =
                RowFunction(team, chain.Dimension, reconstruct)
                    .Run(
                        n * perRow,
                        fun row target offset ->
                            let d = (row % perRow) * (chain.Count / perRow)
                            LatentDraws.copy chain (row / perRow) d 0 chain.Dimension target offset
                    )

            for row in 0 .. n * perRow - 1 do
                let noise = output[row * (p + 1) + p]

                for j in 0 .. p - 1 do
                    let square = (v[row / perRow * p + j] - output[row * (p + 1) + j]) ** 2.0
                    squares[j] <- squares[j] + square
                    scaled[j] <- scaled[j] + square / noise

        let count = float (n * perRow * chains.Length)

        let spread j =
            let values = Array.init n (fun i -> v[i * p + j])
            let mean = Array.average values
            values |> Array.averageBy (fun value -> (value - mean) ** 2.0)

        model.Parts.Covariates
        |> List.mapi (fun j name -> {
            Covariate = name
            Explained = 1.0 - squares[j] / count / spread j
            NoiseRatio = scaled[j] / count
        })

    /// On average over covariates, less than a twentieth explained.
    let warnings (covariates: Reconstruction list) : string list =
        let explained = covariates |> List.averageBy _.Explained

        if explained < 0.05 then
            [
                $"covariates: the latents explain %.1f{100.0 * explained} %% of them on average, so that they can hardly stand for confounders; more latents or a longer fit may do"
            ]
        else
            []
