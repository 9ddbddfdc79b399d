// Each row's treatment predicted from its covariates, p(x | v), and its outcome from covariates and treatment, p(y | v, x). A row's own outcome
// plays no part in the prediction, so that the residuals F(x | v) and F(y | v, x) are uniform if the model is right.
namespace BgmFunctional.CausalChecks

open System
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// A number that describes all rows, as seen and as the model draws it.
type Discrepancy = {
    /// What it is: the mean, the standard deviation, …
    Statistic: string
    /// Of the rows.
    Seen: float
    /// Of replications of all rows by the model.
    Drawn: float[]
    /// The share of replications as far out on the same side as the rows, doubled.
    P: float
}

/// A column as the model predicts it.
type PredictiveCheck = {
    /// Residuals, whether they are uniform, and what they depend on though they should not: the treatment, of the outcome; and every covariate.
    Fit: NodeCheck
    /// Mean of log p(x | v), or log p(y | v, x), over the rows; nats, in the data's units: of two models, the better one predicts held-out rows
    /// with the larger.
    LogScore: float
    /// Shares of the rows inside central predictive intervals, by the intervals' level.
    Coverage: (float * float) list
    /// The column, (n).
    Seen: float[]
    /// One replication of every row, (n).
    Replicated: float[]
    /// Mean, standard deviation and skewness of the column; none of a binary one.
    Discrepancies: Discrepancy list
}

/// Rows of like propensity.
type CalibrationGroup = {
    /// Rows.
    Rows: int
    /// Mean of P(x = 1 | v).
    Predicted: float
    /// Share of x = 1.
    Seen: float
}

/// Predictions of a row's columns, by draws of the rows' Z given their covariates.
[<RequireQualifiedAccess>]
module internal Predictive =

    /// The levels of the intervals whose coverage is told.
    let private levels = [ 0.5; 0.9; 0.99 ]

    /// Replications of all rows.
    let private replications = 400

    /// What a network says at every draw, (n, all chains' draws, k), by its outputs' columns.
    let private atDraws
        (chains: LatentDraws[])
        (run: LatentDraws -> RowFunction * (int -> int -> float32[] -> int -> unit))
        =
        let n = chains[0].Rows

        let outputs =
            chains
            |> Array.map (fun chain ->
                let network, fill = run chain
                network.Run(n * chain.Count, fun row -> fill (row / chain.Count) (row % chain.Count)))

        let k = outputs[0].Length / (n * chains[0].Count)

        Array.init k (fun column -> [|
            for i in 0 .. n - 1 do
                for chain, output in Array.zip chains outputs do
                    for d in 0 .. chain.Count - 1 -> output[(i * chain.Count + d) * k + column]
        |])

    /// log p(x | z), and what h says of x.
    let private treatments team (model: CausalModel) (x: float32[]) (chains: LatentDraws[]) =
        let config = model.Config
        let z0, z2 = config.Latents.Z0, config.Latents.Z2

        let run (chain: LatentDraws) =
            let apply input =
                let output = Network.applyPlain chain.Networks.Treatment (Tensor.slice 1 0 (z0 + z2) input)
                let logDensity = logLikelihoodX config output (Tensor.slice 1 (z0 + z2) 1 input)

                Tensor.concat 1 [
                    logDensity
                    match config.Treatment with
                    | Binary -> Tensor.sigmoid (means output)
                    | Continuous ->
                        means output
                        sqrt (variance config.XVariance output)
                ]

            RowFunction(team, z0 + z2 + 1, apply),
            fun row d target offset ->
                LatentDraws.copy chain row d 0 z0 target offset
                LatentDraws.copy chain row d (z0 + config.Latents.Z1) z2 target (offset + z0)
                target[offset + z0 + z2] <- x[row]

        atDraws chains run

    /// What f says of y under each row's own treatment.
    let private outcomes team (model: CausalModel) (x: float32[]) (chains: LatentDraws[]) =
        let config = model.Config
        let z = config.Latents.Z0 + config.Latents.Z1

        let run (chain: LatentDraws) =
            let apply input =
                let output = Network.applyPlain chain.Networks.Outcome input
                Tensor.concat 1 [ means output; sqrt (variance config.YVariance output) ]

            RowFunction(team, z + 1, apply),
            fun row d target offset ->
                LatentDraws.copy chain row d 0 z target offset
                target[offset + z] <- x[row]

        atDraws chains run

    let private coverage (residuals: float[]) = [
        for level in levels do
            let tail = (1.0 - level) / 2.0

            level,
            residuals
            |> Array.averageBy (fun u -> if u >= tail && u <= 1.0 - tail then 1.0 else 0.0)
    ]

    let private moment power (values: float[]) =
        let mean = Array.average values
        values |> Array.averageBy (fun value -> (value - mean) ** power)

    let private statistics: (string * (float[] -> float)) list = [
        "mean", Array.average
        "standard deviation", (fun values -> sqrt (moment 2.0 values))
        "skewness", (fun values -> moment 3.0 values / moment 2.0 values ** 1.5)
    ]

    let private discrepancies (values: float[]) (replicated: float[][]) = [
        for name, statistic in statistics do
            let seen = statistic values
            let drawn = replicated |> Array.map statistic
            let count isAsFar = 1 + (drawn |> Array.filter isAsFar |> Array.length)
            let tail = min (count (fun value -> value >= seen)) (count (fun value -> value <= seen))

            {
                Statistic = name
                Seen = seen
                Drawn = drawn
                P = min 1.0 (2.0 * float tail / float (drawn.Length + 1))
            }
    ]

    /// A column, and variables on which its residuals should not depend.
    let private check
        (team: Team)
        (key: Key)
        name
        mixture
        (values: float[])
        (variables: (string * float[]) list)
        : PredictiveCheck =
        let residuals = Mixture.residuals (key.Child 0L) mixture values
        let isBinary = Mixture.isBinary mixture
        let replicated = Array.zeroCreate<float[]>(if isBinary then 1 else replications)
        let cumulative = Mixture.cumulative mixture

        team.Run(
            replicated.Length,
            fun r -> replicated[r] <- Mixture.replicate (key.Child(int64 (r + 1))) mixture cumulative
        )

        let tests = Array.zeroCreate<ResidualCheck>(variables.Length)
        let variables = List.toArray variables

        team.Run(
            variables.Length,
            fun i -> tests[i] <- (NodeCheck.ofResiduals name residuals [ variables[i] ]).Parents.Head
        )

        {
            Fit = { NodeCheck.ofResiduals name residuals [] with Parents = List.ofArray tests }
            LogScore = Mixture.logScore mixture values
            Coverage = coverage residuals
            Seen = values
            Replicated = replicated[0]
            Discrepancies = if isBinary then [] else discrepancies values replicated
        }

    /// Treatment x and outcome y, in the data's units, as they are predicted, and P(x = 1 | v) of a binary treatment; p-values are not adjusted yet. Rows
    /// are as the networks see them, draws are of Z given covariates alone: they are weighted by p(x | z) to predict y.
    let checks
        (team: Team)
        (key: Key)
        (model: CausalModel)
        (data: Observations)
        (x: float[], y: float[])
        (chains: LatentDraws[])
        =
        let count = chains |> Array.sumBy _.Count
        let n, p = Observations.rows data, Observations.covariates data
        let single, v = Tensor.toFloat32 data.X, Tensor.toArray data.V
        let ofX, ofY = treatments team model single chains, outcomes team model single chains
        let isBinary = (model.Config.Treatment = Binary)
        let equal = Array.create (n * count) 1.0

        let xs =
            if isBinary then
                { Count = count; Weights = equal; Means = ofX[1]; Deviations = [||] }
            else
                Mixture.normals model.Units.X count equal ofX[1] ofX[2]

        let ys = Mixture.normals model.Units.Y count (Mixture.normalised count ofX[0]) ofY[0] ofY[1]

        let covariates =
            model.Parts.Covariates
            |> List.mapi (fun j name -> name, Array.init n (fun i -> v[i * p + j]))

        let treatment = check team (key.Child 0L) model.Parts.Treatment xs x covariates

        let outcome =
            check team (key.Child 1L) model.Parts.Outcome ys y ((model.Parts.Treatment, x) :: covariates)

        let propensities =
            if isBinary then
                Some(Array.init n (fun i -> Mixture.average xs i (fun d -> xs.Means[d])))
            else
                None

        treatment, outcome, propensities

    /// Tenths of the rows by P(x = 1 | v).
    let calibration (x: float[]) (propensities: float[]) : CalibrationGroup list =
        let order = [| 0 .. x.Length - 1 |] |> Array.sortBy (fun i -> propensities[i])

        order
        |> Array.splitInto (min 10 x.Length)
        |> Array.map (fun rows -> {
            Rows = rows.Length
            Predicted = rows |> Array.averageBy (fun i -> propensities[i])
            Seen = rows |> Array.averageBy (fun i -> x[i])
        })
        |> List.ofArray

    /// The value that a column has most often, and in how many rows.
    let commonest (values: float[]) = values |> Array.countBy id |> Array.maxBy snd
