// Draws of Z of every row, from its posterior given all that is seen of it or given its covariates alone, as prediction draws them.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// Draws of every row's Z under weights that are held fixed.
[<NoComparison; NoEquality>]
type internal LatentDraws = {
    /// The weights.
    Networks: Networks<Mlp>
    /// Rows.
    Rows: int
    /// Draws of each row.
    Count: int
    /// q.
    Dimension: int
    /// (n, count, q), row-major.
    Z: float[]
}

/// What is known of a row.
[<RequireQualifiedAccess>]
type internal Given =
    /// Covariates, treatment and outcome.
    | Everything
    /// Covariates alone.
    | Covariates

/// Draws.
[<RequireQualifiedAccess>]
module internal LatentDraws =

    /// Draws of each chain that are kept at most: checks average over rows, so that few of each do.
    let private mostKept = 25

    /// Coordinates first, first + 1, … of draw d of a row, into an array.
    let copy (draws: LatentDraws) row d first count (target: float32[]) offset =
        let start = (row * draws.Count + d) * draws.Dimension + first

        for j in 0 .. count - 1 do
            target[offset + j] <- float32 draws.Z[start + j]

    /// Of every row, by chain.
    let sample (team: Team) (options: PredictOptions) (model: CausalModel) (data: Observations) given : LatentDraws[] =
        let thin = max 1 (options.Sampling.Draws / mostKept)
        let n, q = Observations.rows data, LatentDims.total model.Config.Latents

        let logDensity (networks: Networks<Tensor -> Tensor>) rows z =
            match given with
            | Given.Everything -> logJoint model.Config networks z rows
            | Given.Covariates -> logJointOfCovariates model.Config networks z rows

        let purpose =
            match given with
            | Given.Everything -> 10L
            | Given.Covariates -> 11L

        let chain number =
            let networks = LatentChains.weights options model options.Chains number
            let apply = Networks.map Network.applyPlain networks
            let target = Target.ofRows Float32 q data (fun rows z -> Tensor.squeeze 1 (logDensity apply rows z))

            let codes () = Tensor.toArray (Evaluate.encode model data)
            let chains = SamplingOptions.chain options.Sampling thin (LatentStart.from codes options.Start)

            let key = ((Key.OfSeed options.Sampling.Seed).Child purpose).Child(int64 number)
            let count = ChainOptions.kept chains

            match Chains.run team chains key target (Keep.draws q count) with
            | Ok chains -> {
                Networks = networks
                Rows = n
                Count = count
                Dimension = q
                Z = chains |> Array.collect _.Kept.Positions
              }
            | Error error -> invalidOp (McmcError.message error)

        Array.init options.Chains chain
