// Factor analysis of a table with holes: X | Z ~ N(μ + WZ, diag ψ), Z ~ N(0, I), by expectation and maximisation (Rubin and Thayer, Psychometrika 47,
// 1982). It is BGM with a generator that is linear, and the one case in which latents are integrated out exactly: what a few hundred rows teach without
// being learned by heart, and where a deeper generator can begin.
namespace BgmFunctional.Bgm

open System
open System.Runtime.InteropServices
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// A linear generator of rows of p cells from q latents.
type FactorModel = {
    /// μ, (p).
    Mean: float[]
    /// W, (p)(q).
    Loadings: float[][]
    /// ψ, the variances of cells given latents, (p).
    Noise: float[]
}

/// Rows that show the same cells, and so leave latents equally uncertain.
type RowPattern = {
    /// Their numbers among all rows, (n), from 0.
    Numbers: int[]
    /// The columns that they show, (m), from 0.
    Seen: int[]
    /// Their cells there, (n)(m).
    Rows: float[][]
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

    /// A ← A + w·b·bᵀ.
    let private addSquare (a: float[,]) w (b: float[]) =
        for i in 0 .. b.Length - 1 do
            for j in 0 .. b.Length - 1 do
                a[i, j] <- a[i, j] + w * b[i] * b[j]

    /// A ← A + B.
    let private add (a: float[,]) (b: float[,]) =
        let sums = MemoryMarshal.CreateSpan(&a[0, 0], a.Length)
        let terms = MemoryMarshal.CreateReadOnlySpan(&b[0, 0], b.Length)
        Kernels<float>.Best.Map(BinaryOp.Add, Span.op_Implicit sums, terms, sums)

    let private identity q = Array2D.init q q (fun a b -> if a = b then 1.0 else 0.0)

    /// Cholesky's factor of a matrix to whose squares the identity or a posterior covariance was added, so that it is definite.
    let private cholesky a = Option.get (SymmetricMatrix.cholesky a)

    /// Rows, NaN in a hole, by the cells that they show.
    let patterns (rows: float[][]) : RowPattern[] =
        [| 0 .. rows.Length - 1 |]
        |> Array.groupBy (fun i -> String(rows[i] |> Array.map (fun x -> if Double.IsNaN x then '0' else '1')))
        |> Array.map (fun (_, numbers) ->
            let first = rows[numbers[0]]

            let seen =
                [| 0 .. first.Length - 1 |]
                |> Array.filter (fun j -> not (Double.IsNaN first[j]))

            {
                Numbers = numbers
                Seen = seen
                Rows = numbers |> Array.map (fun i -> seen |> Array.map (Array.get rows[i]))
            })

    /// Latents given the seen cells of a row, N(mean, covariance): of the columns that it shows their covariance, and what gives the mean of a row, and its
    /// log density, nats.
    let private posteriors (model: FactorModel) : int[] -> float[,] * (float[] -> float[] * float) =
        let q = model.Loadings[0].Length
        let logScales = model.Noise |> Array.map (fun noise -> 0.5 * log (2.0 * Math.PI * noise))

        /// What a seen cell of each column adds to the precision.
        let squares =
            (model.Noise, model.Loadings)
            ||> Array.map2 (fun noise w ->
                let square = Array2D.zeroCreate<float> q q
                addSquare square (1.0 / noise) w
                square)

        fun seen ->
            let precision = identity q
            let mutable logScale = 0.0

            for j in seen do
                add precision squares[j]
                logScale <- logScale + logScales[j]

            let factor = cholesky precision

            for a in 0 .. q - 1 do
                logScale <- logScale + log factor[a, a]

            SymmetricMatrix.inverseBy factor,
            fun cells ->
                let pull = Array.zeroCreate<float> q
                let mutable square = 0.0

                for k in 0 .. seen.Length - 1 do
                    let j = seen[k]
                    let residual = cells[k] - model.Mean[j]
                    let scaled = residual / model.Noise[j]
                    let w = model.Loadings[j]
                    square <- square + residual * scaled

                    for a in 0 .. q - 1 do
                        pull[a] <- pull[a] + scaled * w[a]

                let mean = SymmetricMatrix.solveBy factor pull
                mean, 0.5 * (dot pull mean - square) - logScale

    /// One step from a model to one under which the rows are at least as likely; and their log density under the model before.
    let step (patterns: RowPattern[]) (model: FactorModel) : FactorModel * float =
        let p, q = model.Mean.Length, model.Loadings[0].Length
        // Of each column, over the rows that show it: E[(z, 1)(z, 1)ᵀ], E[x(z, 1)], x², and how many.
        let squares = Array.init p (fun _ -> Array2D.zeroCreate<float> (q + 1) (q + 1))
        let products = Array.init p (fun _ -> Array.zeroCreate<float>(q + 1))
        let sums, counts = Array.zeroCreate<float> p, Array.zeroCreate<float> p
        let posterior = posteriors model
        let mutable logDensity = 0.0

        for { Seen = seen; Rows = rows } in patterns do
            let covariance, ofRow = posterior seen
            let count = float rows.Length

            let square =
                Array2D.init (q + 1) (q + 1) (fun a b -> if a < q && b < q then count * covariance[a, b] else 0.0)

            for row in rows do
                let mean, density = ofRow row
                let z = Array.append mean [| 1.0 |]
                logDensity <- logDensity + density
                addSquare square 1.0 z

                for k in 0 .. seen.Length - 1 do
                    let x, product = row[k], products[seen[k]]
                    sums[seen[k]] <- sums[seen[k]] + x * x

                    for a in 0..q do
                        product[a] <- product[a] + x * z[a]

            for j in seen do
                counts[j] <- counts[j] + count
                add squares[j] square

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

    /// The same model with latents turned so that those of a row without holes are independent of each other, WᵀΨ⁻¹W diagonal: then steps and masses of one
    /// number a latent suit its posterior.
    let private turned (model: FactorModel) =
        let q = model.Loadings[0].Length
        let precision = Array2D.zeroCreate<float> q q
        Array.iter2 (fun w noise -> addSquare precision (1.0 / noise) w) model.Loadings model.Noise
        let _, axes = SymmetricMatrix.eigen precision
        let axis a = Array.init q (fun b -> axes[b, a])

        {
            model with
                Loadings = model.Loadings |> Array.map (fun w -> Array.init q (axis >> dot w))
        }

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

        let patterns = patterns rows

        (start key latents rows, seq { 1..steps })
        ||> Seq.fold (fun model _ -> fst (step patterns model))
        |> turned

    /// What E[z | x] adds for each cell of a row without holes that differs from its mean, W·ψ⁻¹·(I + WᵀΨ⁻¹W)⁻¹: (p, q).
    let regression (model: FactorModel) : float[,] =
        let p, q = model.Mean.Length, model.Loadings[0].Length
        let _, ofRow = posteriors model [| 0 .. p - 1 |]
        let unit j = Array.init p (fun i -> model.Mean[i] + (if i = j then 1.0 else 0.0))
        let codes = Array.init p (unit >> ofRow >> fst)
        Array2D.init p q (fun j a -> codes[j][a])

    /// Means and standard deviations of a row's cells given its seen ones, (p) each; of seen cells they are what others would be in their place.
    let complete (model: FactorModel) (row: float[]) : float[] * float[] =
        let pattern = (patterns [| row |])[0]
        let covariance, ofRow = posteriors model pattern.Seen
        let mean, _ = ofRow pattern.Rows[0]

        (model.Loadings, model.Mean, model.Noise)
        |||> Array.map3 (fun w centre noise -> centre + dot w mean, sqrt (noise + quadratic covariance w))
        |> Array.unzip

    /// A draw of the latents of each row of a matrix (n, p), NaN in a hole, given its seen cells: (n, q).
    let draw (key: Key) (model: FactorModel) (matrix: Tensor) : Tensor =
        let n, q = matrix.Shape[0], model.Loadings[0].Length
        let z = Array.zeroCreate<float>(n * q)
        Kernels<float>.Best.Random(Draw.Normal, key, 0L, Span z)
        let posterior = posteriors model

        for pattern in patterns (Tensor.toArray matrix |> Array.chunkBySize matrix.Shape[1]) do
            let covariance, ofRow = posterior pattern.Seen
            let factor = cholesky covariance

            for number, row in Array.zip pattern.Numbers pattern.Rows do
                let mean, _ = ofRow row
                let deviates = Array.sub z (number * q) q

                for a in 0 .. q - 1 do
                    z[number * q + a] <- mean[a] + Seq.sum (seq { for b in 0..a -> factor[a, b] * deviates[b] })

        Tensor.ofFloats Float32 [| n; q |] z
