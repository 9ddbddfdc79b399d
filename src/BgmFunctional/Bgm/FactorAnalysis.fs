// Factor analysis of a table with holes: X | Z ~ N(μ + WZ, diag ψ), Z ~ N(0, I), by expectation and maximisation (Rubin and Thayer, Psychometrika 47,
// 1982). It is BGM with a generator that is linear, and the one case in which latents are integrated out exactly: what a few hundred rows teach without
// being learned by heart, and where a deeper generator can begin.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Flows
open BgmFunctional.Kernels

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

    /// Of a standardised cell: with less noise, a column is all but a function of others, and the posterior of latents a needle that no chain moves along.
    let private leastNoise = 1e-3

    /// Rows that loadings are learned from, at most.
    let private mostRows = 5000

    let private dot (a: float[]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. a.Length - 1 do
            sum <- sum + a[i] * b[i]

        sum

    /// b·A·b.
    let private quadratic (a: float[,]) (b: float[]) =
        let mutable sum = 0.0

        for i in 0 .. b.Length - 1 do
            for j in 0 .. b.Length - 1 do
                sum <- sum + b[i] * a[i, j] * b[j]

        sum

    /// Cholesky's factor of a matrix to whose squares the identity or a posterior covariance was added, so that it is definite.
    let private cholesky a = Option.get (SymmetricMatrix.cholesky a)

    /// The inverse of L·Lᵀ.
    let private inverse (factor: float[,]) =
        let q = Array2D.length1 factor

        let columns =
            Array.init q (fun j -> SymmetricMatrix.solveBy factor (Array.init q (fun i -> if i = j then 1.0 else 0.0)))

        Array2D.init q q (fun i j -> columns[j][i])

    /// The latent of a row given its seen cells, N(mean, covariance), and their log density, nats.
    let private posterior (model: FactorModel) (row: float[]) : float[] * float[,] * float =
        let q = model.Loadings[0].Length
        let precision = Array2D.init q q (fun a b -> if a = b then 1.0 else 0.0)
        let pull = Array.zeroCreate<float> q
        let mutable logDensity = 0.0

        for j in 0 .. row.Length - 1 do
            if not (Double.IsNaN row[j]) then
                let w, noise, residual = model.Loadings[j], model.Noise[j], row[j] - model.Mean[j]
                logDensity <- logDensity - 0.5 * (log (2.0 * Math.PI * noise) + residual * residual / noise)

                for a in 0 .. q - 1 do
                    let scaled = w[a] / noise
                    pull[a] <- pull[a] + scaled * residual

                    for b in 0..a do
                        precision[a, b] <- precision[a, b] + scaled * w[b]

        let factor = cholesky precision
        let mean = SymmetricMatrix.solveBy factor pull

        for a in 0 .. q - 1 do
            logDensity <- logDensity - log factor[a, a]

        mean, inverse factor, logDensity + 0.5 * dot pull mean

    /// One step from a model to one under which the seen cells of rows, NaN in a hole, are at least as likely; and their log density under the model before.
    let step (rows: float[][]) (model: FactorModel) : FactorModel * float =
        let p, q = model.Mean.Length, model.Loadings[0].Length
        // Of each column, over the rows that show it: E[(z, 1)(z, 1)ᵀ], E[x(z, 1)], x², and how many.
        let squares = Array.init p (fun _ -> Array2D.zeroCreate<float> (q + 1) (q + 1))
        let products = Array.init p (fun _ -> Array.zeroCreate<float>(q + 1))
        let sums, counts = Array.zeroCreate<float> p, Array.zeroCreate<float> p
        let mutable logDensity = 0.0

        for row in rows do
            let mean, covariance, density = posterior model row
            let z = Array.append mean [| 1.0 |]

            let second =
                Array2D.init (q + 1) (q + 1) (fun a b ->
                    z[a] * z[b] + (if a < q && b < q then covariance[a, b] else 0.0))

            logDensity <- logDensity + density

            for j in 0 .. p - 1 do
                if not (Double.IsNaN row[j]) then
                    let x, square, product = row[j], squares[j], products[j]

                    for a in 0..q do
                        product[a] <- product[a] + x * z[a]

                        for b in 0..q do
                            square[a, b] <- square[a, b] + second[a, b]

                    sums[j] <- sums[j] + x * x
                    counts[j] <- counts[j] + 1.0

        let columns =
            Array.init p (fun j ->
                let c = SymmetricMatrix.solveBy (cholesky squares[j]) products[j]
                c, max leastNoise ((sums[j] - 2.0 * dot c products[j] + quadratic squares[j] c) / counts[j]))

        {
            Mean = columns |> Array.map (fun (c, _) -> c[q])
            Loadings = columns |> Array.map (fun (c, _) -> Array.truncate q c)
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

    /// So many steps on a standardised matrix (n, p), NaN in a hole, as `TableEncoding.encode` makes it; every column shows something. Of very many rows
    /// some thousand, evenly spread, are enough.
    let fit (key: Key) (latents: int) (steps: int) (matrix: Tensor) : FactorModel =
        let rows =
            Tensor.toArray matrix
            |> Array.chunkBySize matrix.Shape[1]
            |> Array.indexed
            |> Array.filter (fun (i, _) -> i % ((matrix.Shape[0] + mostRows - 1) / mostRows) = 0)
            |> Array.map snd

        (start key latents rows, seq { 1..steps })
        ||> Seq.fold (fun model _ -> fst (step rows model))

    /// What E[z | x] adds for each cell of a row without holes that differs from its mean, W·ψ⁻¹·(I + WᵀΨ⁻¹W)⁻¹: (p, q).
    let regression (model: FactorModel) : float[,] =
        let p, q = model.Mean.Length, model.Loadings[0].Length
        let unit j = Array.init p (fun i -> model.Mean[i] + (if i = j then 1.0 else 0.0))
        let codes = Array.init p (fun j -> let mean, _, _ = posterior model (unit j) in mean)
        Array2D.init p q (fun j a -> codes[j][a])

    /// Means and standard deviations of a row's cells given its seen ones, (p) each; of seen cells they are what others would be in their place.
    let complete (model: FactorModel) (row: float[]) : float[] * float[] =
        let mean, covariance, _ = posterior model row

        (model.Loadings, model.Mean, model.Noise)
        |||> Array.map3 (fun w centre noise -> centre + dot w mean, sqrt (noise + quadratic covariance w))
        |> Array.unzip
