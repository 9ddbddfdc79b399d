// Mixtures of normal distributions, by expectation and maximisation.
//
// Each component is held to have seen q + 2 rows besides its own, spread as all rows are but at the scale of one component of many, K^(−2/q) of their
// covariance, so that none shrinks onto a row: the prior of Fraley and Raftery, Bayesian regularization for normal mixture estimation and model-based
// clustering, J. Classification 24 (2007) 155, section 4.
namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// A mixture of K normal distributions of q numbers.
type NormalMixture = {
    /// The shares of the components, (K); they sum to 1.
    Shares: float[]
    /// Their means, (K)(q).
    Means: float[][]
    /// Cholesky's factors L of their covariances L·Lᵀ, (K), each (q, q).
    Factors: float[,][]
}

/// Mixtures of normal distributions.
[<RequireQualifiedAccess>]
module NormalMixture =

    /// Of each coordinate, so that covariances have factors where rows are alike.
    let private leastVariance = 1e-6

    /// Of the rows of a component, so that one without any has a mean.
    let private leastCount = 1e-300

    /// A step that gains less than this for each row, nats, is the last.
    let private leastGain = 1e-3

    let private mostSteps = 200

    /// Rows that a mixture is learned from, at most.
    let private mostRows = 5000

    let private mostComponents = 64

    /// What normal densities read of rows: the products of each two numbers, the numbers, and 1; (n, q) -> (n, q² + q + 1).
    let private statistics (x: Tensor) : Tensor =
        let n, q = x.Shape[0], x.Shape[1]

        let products =
            Tensor.reshape [| n; q; 1 |] x * Tensor.reshape [| n; 1; q |] x
            |> Tensor.reshape [| n; q * q |]

        Tensor.concat 1 [ products; x; Tensor.fill x.DType [| n; 1 |] 1.0 ]

    /// What the log of a component's share times its density takes these times, (q² + q + 1): −P/2, P·μ and the rest, P the inverse of its covariance.
    let private coefficients share (mean: float[]) (factor: float[,]) : float[] =
        let q = mean.Length
        let precision = SymmetricMatrix.inverseBy factor
        let pull = SymmetricMatrix.times precision mean
        let logDeterminant = 2.0 * Seq.sum (Seq.init q (fun a -> log factor[a, a]))

        let scale =
            log share
            - 0.5
              * (Seq.sum (Seq.map2 (*) mean pull)
                 + logDeterminant
                 + float q * log (2.0 * Math.PI))

        Array.concat [ Array.init (q * q) (fun i -> -0.5 * precision[i / q, i % q]); pull; [| scale |] ]

    /// log of the share times the density of each component, from statistics: (n, q² + q + 1) -> (n, K), nats.
    let private components dtype (mixture: NormalMixture) : Tensor -> Tensor =
        let columns = Array.map3 coefficients mixture.Shares mixture.Means mixture.Factors

        let coefficients =
            Tensor.ofFloats dtype [| columns.Length; columns[0].Length |] (Array.concat columns)
            |> Tensor.transpose
            |> Tensor.force

        fun statistics -> Tensor.matMul statistics coefficients

    /// The log density, (n, q) -> (n, 1), nats, by tensors of this type.
    let logDensity dtype (mixture: NormalMixture) : Tensor -> Tensor =
        let components = components dtype mixture
        statistics >> components >> Tensor.logSumExpKeep 1

    /// What K components learn from.
    type private Lesson = {
        /// The rows' statistics, (n, q² + q + 1), float64.
        Statistics: Tensor
        /// What a component is held to have seen besides: rows of this covariance,
        Spread: float[,]
        /// and so many of them.
        Count: float
    }

    /// How many rows components have, and their means and covariances, from the sums of statistics over their shares of rows (n, K).
    let private moments q (statistics: Tensor) (owned: Tensor) =
        Tensor.matMul (Tensor.transpose owned) statistics
        |> Tensor.toArray
        |> Array.chunkBySize statistics.Shape[1]
        |> Array.map (fun sums ->
            let count = sums[q * q + q]
            let mean = Array.init q (fun a -> sums[q * q + a] / max leastCount count)
            let covariance a b = sums[a * q + b] / max leastCount count - mean[a] * mean[b]
            count, mean, Array2D.init q q covariance)

    let private lesson k (x: Tensor) =
        let n, q = x.Shape[0], x.Shape[1]
        let statistics = Tensor.force (statistics (Tensor.cast Float64 x))
        let _, _, overall = (moments q statistics (Tensor.fill Float64 [| n; 1 |] 1.0))[0]
        let scale = float k ** (-2.0 / float q)

        {
            Statistics = statistics
            Spread =
                overall
                |> Array2D.mapi (fun a b value -> scale * value + (if a = b then leastVariance else 0.0))
            Count = float (q + 2)
        }

    let private cholesky covariance = Option.get (SymmetricMatrix.cholesky covariance)

    /// One step from a mixture to one under which the rows, and what components are held to have seen, are at least as likely; and the mean log density of a
    /// row under the mixture before.
    let private step (lesson: Lesson) (mixture: NormalMixture) : NormalMixture * float =
        let logs = Tensor.force (components Float64 mixture lesson.Statistics)
        let logDensity = Tensor.force (Tensor.logSumExpKeep 1 logs)

        let parts = moments mixture.Means[0].Length lesson.Statistics (Tensor.force (exp (logs - logDensity)))

        let factor (own, _, covariance: float[,]) =
            covariance
            |> Array2D.mapi (fun a b value -> (own * value + lesson.Count * lesson.Spread[a, b]) / (own + lesson.Count))
            |> cholesky

        {
            Shares = parts |> Array.map (fun (own, _, _) -> own / float logs.Shape[0])
            Means = parts |> Array.map (fun (_, mean, _) -> mean)
            Factors = parts |> Array.map factor
        },
        Tensor.item (Tensor.mean logDensity)

    let private rows numbers (x: Tensor) = Tensor.force (Tensor.gatherRows (Tensor.indices numbers) x)

    let private permutation (key: Key) n =
        let order = Array.zeroCreate<int> n
        key.Permute(Span order)
        order

    /// K components for rows x (n, q), n at least K; they begin at K of the rows.
    let fit (key: Key) (k: int) (x: Tensor) : NormalMixture =
        let lesson = lesson k x

        let start = {
            Shares = Array.create k (1.0 / float k)
            Means =
                rows (Array.truncate k (permutation key x.Shape[0])) x
                |> Tensor.toArray
                |> Array.chunkBySize x.Shape[1]
            Factors = Array.create k (cholesky lesson.Spread)
        }

        let rec climb left before mixture =
            let next, reached = step lesson mixture

            if left = 0 || reached - before < leastGain then
                mixture
            else
                climb (left - 1) reached next

        climb mostSteps Double.NegativeInfinity start

    /// A mixture for rows x (n, q) of as many components, of 1, 2, 4, … 64, as make a tenth of the rows likeliest of which the others were fitted; then
    /// fitted to all of them. Of very many rows some thousand are enough.
    let choose (key: Key) (x: Tensor) : NormalMixture =
        let order = Array.truncate mostRows (permutation (key.Child 0L) x.Shape[0])
        let held, others = Array.splitAt (order.Length / 10) order
        let taught, judged = rows others x, lazy Tensor.cast Float64 (rows held x)

        let score k =
            let mixture = fit (key.Child 1L) k taught
            Tensor.item (Tensor.mean (logDensity Float64 mixture judged.Value))

        let rec grow k reached =
            if 2 * k > min mostComponents others.Length then
                k
            else
                let next = score (2 * k)
                if next > reached then grow (2 * k) next else k

        fit (key.Child 1L) (if held.Length = 0 then 1 else grow 1 (score 1)) (rows order x)

    /// Draws (count, q).
    let draw (key: Key) (count: int) (mixture: NormalMixture) : Tensor =
        let q = mixture.Means[0].Length
        let uniforms, deviates = Array.zeroCreate<float> count, Array.zeroCreate<float>(count * q)
        Kernels<float>.Best.Random(Draw.Uniform, key.Child 0L, 0L, Span uniforms)
        Kernels<float>.Best.Random(Draw.Normal, key.Child 1L, 0L, Span deviates)
        let upTo = Array.scan (+) 0.0 mixture.Shares |> Array.tail

        Array.init count (fun i ->
            let chosen =
                upTo
                |> Array.tryFindIndex (fun upTo -> uniforms[i] < upTo)
                |> Option.defaultValue (upTo.Length - 1)

            Array.sub deviates (i * q) q
            |> SymmetricMatrix.times mixture.Factors[chosen]
            |> Array.map2 (+) mixture.Means[chosen])
        |> Array.concat
        |> Tensor.ofFloats Float32 [| count; q |]
