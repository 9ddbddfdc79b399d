// Factor analysis of a table with holes: X | Z ~ N(μ + WZ, diag ψ), Z ~ N(0, I), by expectation and maximisation (Rubin and Thayer, Psychometrika 47,
// 1982). It is BGM with a generator that is linear, and the one case in which latents are integrated out exactly: what a few hundred rows teach without
// being learned by heart, and where a deeper generator can begin.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double

/// A linear generator of rows of p cells from q latents.
type FactorModel = {
    /// μ, (p).
    Mean: float[]
    /// W, (p)(q).
    Loadings: float[][]
    /// ψ, the variances of cells given latents, (p).
    Noise: float[]
}

/// Factor analyses.
[<RequireQualifiedAccess>]
module FactorAnalysis =

    /// Of a standardised cell: with less noise, a column is a function of others up to what float32 can tell.
    let private leastNoise = 1e-4

    /// The latent of a row given its seen cells, N(mean, covariance), and their log density, nats.
    let private posterior (model: FactorModel) (row: float[]) =
        let q = model.Loadings[0].Length
        let precision = DenseMatrix.CreateIdentity q
        let pull = DenseVector.Create(q, 0.0)
        let mutable logDensity = 0.0

        for j in 0 .. row.Length - 1 do
            if not (Double.IsNaN row[j]) then
                let w, noise, residual = model.Loadings[j], model.Noise[j], row[j] - model.Mean[j]
                logDensity <- logDensity - 0.5 * (log (2.0 * Math.PI * noise) + residual * residual / noise)

                for a in 0 .. q - 1 do
                    pull[a] <- pull[a] + w[a] * residual / noise

                    for b in 0 .. q - 1 do
                        precision[a, b] <- precision[a, b] + w[a] * w[b] / noise

        let factor = precision.Cholesky()
        let mean = factor.Solve(pull: Vector<float>)

        mean,
        factor.Solve(DenseMatrix.CreateIdentity q: Matrix<float>),
        logDensity + 0.5 * (pull * mean) - 0.5 * factor.DeterminantLn

    /// One step from a model to one under which the seen cells of rows, NaN in a hole, are at least as likely; and their log density under the model before.
    let step (rows: float[][]) (model: FactorModel) : FactorModel * float =
        let p, q = model.Mean.Length, model.Loadings[0].Length
        // Of each column, over the rows that show it: E[(z, 1)(z, 1)ᵀ], E[x(z, 1)], x², and how many.
        let squares = Array.init p (fun _ -> DenseMatrix.Create(q + 1, q + 1, 0.0))
        let products = Array.init p (fun _ -> DenseVector.Create(q + 1, 0.0))
        let sums, counts = Array.zeroCreate<float> p, Array.zeroCreate<float> p
        let mutable logDensity = 0.0

        for row in rows do
            let mean, covariance, density = posterior model row
            logDensity <- logDensity + density
            let z = DenseVector.OfEnumerable(Seq.append mean [ 1.0 ])
            let second = z.OuterProduct z
            second.SetSubMatrix(0, 0, second.SubMatrix(0, q, 0, q) + covariance)

            for j in 0 .. p - 1 do
                if not (Double.IsNaN row[j]) then
                    squares[j].Add(second, squares[j])
                    products[j].Add(row[j] * z, products[j])
                    sums[j] <- sums[j] + row[j] * row[j]
                    counts[j] <- counts[j] + 1.0

        let columns =
            Array.init p (fun j ->
                let c = squares[j].Cholesky().Solve(products[j]: Vector<float>)
                let noise = (sums[j] - 2.0 * (c * products[j]) + c * (squares[j] * c)) / counts[j]
                c, max leastNoise noise)

        {
            Mean = columns |> Array.map (fun (c, _) -> c[q])
            Loadings = columns |> Array.map (fun (c, _) -> c.SubVector(0, q).ToArray())
            Noise = Array.map snd columns
        },
        logDensity

    /// Before any step: small random loadings.
    let private start (key: Key) q (rows: float[][]) =
        let p = rows[0].Length
        let loadings = Array.zeroCreate<float>(p * q)
        Kernels<float>.Best.Random(Draw.Normal, key, 0L, Span loadings)

        {
            Mean = Array.zeroCreate p
            Loadings = loadings |> Array.map (fun w -> 0.3 * w) |> Array.chunkBySize q
            Noise = Array.create p 1.0
        }

    /// So many steps on a standardised matrix (n, p), NaN in a hole, as `TableEncoding.encode` makes it; every column shows something.
    let fit (key: Key) (latents: int) (steps: int) (matrix: Tensor) : FactorModel =
        let rows = Tensor.toArray matrix |> Array.chunkBySize matrix.Shape[1]

        (start key latents rows, seq { 1..steps })
        ||> Seq.fold (fun model _ -> fst (step rows model))

    /// Means and standard deviations of a row's cells given its seen ones, (p) each; of seen cells they are what others would be in their place.
    let complete (model: FactorModel) (row: float[]) : float[] * float[] =
        let mean, covariance, _ = posterior model row

        model.Loadings
        |> Array.mapi (fun j w ->
            let w = DenseVector.OfArray w
            model.Mean[j] + w * mean, sqrt (model.Noise[j] + w * (covariance * w)))
        |> Array.unzip
