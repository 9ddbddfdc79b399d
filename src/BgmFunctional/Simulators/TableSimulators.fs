// The simulators of BGM's paper and package: Liu and Wong, arXiv:2601.05355. Where the package draws a population's parameters from one seed with its rows,
// they are drawn here from the seed and from nothing else, so that a longer sample is of the same population.
namespace BgmFunctional.Simulators

open System
open BgmFunctional.Bgm
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// All populations of tables.
[<RequireQualifiedAccess>]
module TableSimulators =

    let private dot (a: float[]) (b: float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 a b

    /// (rows, columns) of draws, parameter k of a population.
    let private matrix draw (key: Key) k rows columns =
        Draws.Stream(draw, key.Child k, rows * columns) |> Array.chunkBySize columns

    /// a·aᵀ.
    let private gram (a: float[][]) = a |> Array.map (fun row -> a |> Array.map (dot row))

    let private plus = Array.map2 (Array.map2 (+))

    let private diagonal (values: float[]) =
        values
        |> Array.mapi (fun i x -> Array.init values.Length (fun j -> if i = j then x else 0.0))

    // ---- a column whose noise is known ----

    /// What is known of y ~ N(mean, σ²): no 95 % interval that knows all but the noise is shorter than the oracle's, low to high.
    let private oracle = [ "mean"; "sigma"; "low"; "high" ]

    let private outcome (cells: float[]) mean sigma noise = {
        Cells = Array.append cells [| mean + sigma * noise |]
        Known = [| mean; sigma; mean - Normal.upper975 * sigma; mean + Normal.upper975 * sigma |]
    }

    let private numbered letter count = List.init count (fun j -> $"{letter}{j + 1}")

    /// k factors z ~ N(0, I) behind d columns: x = 0.2·Az + 0.1·ε, y = sin(w·z) + (0.1 + 0.5σ(u·z))·ε, with A, w and u standard normal.
    let heteroskedasticLatent (k: int) (d: int) : TableSimulator = {
        Name = "hetero-latent"
        Description = $"{k} factors behind {d} columns x and a y whose noise depends on the factors."
        Columns = numbered "x" d @ [ "y" ]
        Known = oracle
        Latents = k
        Population =
            fun key ->
                let loadings = matrix Draw.Normal key 0L d k
                let ofMean = (matrix Draw.Normal key 1L 1 k)[0]
                let ofSigma = (matrix Draw.Normal key 2L 1 k)[0]

                {
                    Row =
                        fun draws ->
                            let z = Array.init k draws.Normal

                            let x =
                                loadings
                                |> Array.mapi (fun j a -> 0.2 * dot a z + 0.1 * draws.Normal(k + 1 + j))

                            outcome x (sin (dot ofMean z)) (0.1 + 0.5 * Logistic.cdf (dot ofSigma z)) (draws.Normal k)
                    Matrices = [ "loadings", loadings; "ofMean", [| ofMean |]; "ofSigma", [| ofSigma |] ]
                }
    }

    /// σ of the heteroskedastic regression at x₂.
    let private sigmaAt (x2: float) =
        if x2 < -2.0 then 0.1
        elif x2 > 2.0 then 2.0
        else 0.5 + 0.5 * sin (2.0 * Math.PI * x2)

    /// Five standard normal columns, y = x₁ + σ(x₂)·ε with σ = ½ + ½ sin 2πx₂ where |x₂| ≤ 2, 0.1 below and 2 above.
    let heteroskedasticRegression: TableSimulator = {
        Name = "hetero-regression"
        Description = "y = x1 + noise whose deviation waves with x2, and three columns that say nothing."
        Columns = numbered "x" 5 @ [ "y" ]
        Known = oracle
        Latents = 5
        Population =
            fun _ -> {
                Row =
                    fun draws ->
                        let x = Array.init 5 (fun j -> draws.Normal(j + 1))
                        outcome x x[0] (sigmaAt x[1]) (draws.Normal 0)
                Matrices = []
            }
    }

    // ---- low rank ----

    let private a = [| [| 1.0; -0.5 |]; [| 0.3; 0.8 |]; [| -0.7; 0.2 |]; [| 0.5; 1.0 |] |]
    let private b = [| 0.0; 0.5; 1.0; 2.0 |]
    let private w = [| [| 0.25; 0.0 |]; [| 0.25; 0.0 |]; [| 0.0; 0.25 |]; [| 0.0; 0.25 |] |]
    let private d = [| 0.1; 0.1; 0.2; 0.2 |]

    let private lowRankOf name description (scale: float[] -> float) meanSquareScale : TableSimulator =
        let covariance = plus (diagonal d) (gram w)

        {
            Name = name
            Description = description
            Columns = numbered "x" 4
            Known = [ "z1"; "z2"; "scale" ]
            Latents = 2
            Population =
                fun _ -> {
                    Row =
                        fun draws ->
                            let z = [| draws.Normal 0; draws.Normal 1 |]
                            let common = [| draws.Normal 2; draws.Normal 3 |]

                            let noise j = sqrt d[j] * draws.Normal(4 + j) + dot w[j] common

                            {
                                Cells = Array.init 4 (fun j -> dot a[j] z + b[j] + scale z * noise j)
                                Known = [| z[0]; z[1]; scale z |]
                            }
                    Matrices = [
                        "loadings", a
                        "intercept", [| b |]
                        "covariance", covariance
                        "marginalCovariance",
                        plus (gram a) (covariance |> Array.map (Array.map (fun x -> meanSquareScale * x)))
                    ]
                }
        }

    /// z ~ N(0, I) of two dimensions, x = Az + b + ε of four, ε ~ N(0, D + WWᵀ).
    let lowRank =
        lowRankOf "low-rank" "Two factors behind four columns whose errors are correlated: D + WW'." (fun _ -> 1.0) 1.0

    /// The same with ε ~ N(0, z₁²·(D + WWᵀ)).
    let lowRankScaled =
        lowRankOf
            "low-rank-scaled"
            "The same, with errors that scale with the first factor: z1² (D + WW')."
            (fun z -> z[0])
            1.0

    // ---- linear regression ----

    /// Singular values as scikit-learn's make_low_rank_matrix has them, a bell of width r and a fat tail.
    let private singularValue (r: float) i = 0.5 * exp (-((float i / r) ** 2.0)) + 0.5 * exp (-0.1 * float i / r)

    /// The rows' matrix: x = e·M with e standard normal has singular values of that profile in random directions, and columns of mean variance 1.
    let private lowRankDesign key count (r: float) =
        let directions =
            MathNet.Numerics.LinearAlgebra.Double.DenseMatrix
                .OfRowArrays(matrix Draw.Normal key 1L count count)
                .QR()
                .Q.Transpose()

        let singular = Array.init count (singularValue r)
        let scale = sqrt (float count / dot singular singular)
        Array.init count (fun i -> directions.Row(i).ToArray() |> Array.map (fun v -> scale * singular[i] * v))

    /// Columns x, standard normal or of an effective rank; y = β₀ + βx + ε, β uniform on (0, 0.1), ε of variance 0.01·mean(x²), row by row.
    let linearRegression (count: int) (effectiveRank: int option) : TableSimulator = {
        Name = if effectiveRank.IsSome then "regression-low-rank" else "regression"
        Description =
            match effectiveRank with
            | Some rank -> $"A linear regression on {count} columns of effective rank {rank}."
            | None -> $"A linear regression on {count} independent columns."
        Columns = numbered "x" count @ [ "y" ]
        Known = oracle
        Latents = effectiveRank |> Option.defaultValue count
        Population =
            fun key ->
                let beta = (matrix Draw.Uniform key 0L 1 (count + 1))[0] |> Array.map (fun u -> 0.1 * u)
                let design = effectiveRank |> Option.map (float >> lowRankDesign key count)

                {
                    Row =
                        fun draws ->
                            let e = Array.init count (fun j -> draws.Normal(j + 1))

                            let x =
                                match design with
                                | Some rows ->
                                    Array.init count (fun j ->
                                        Array.fold2 (fun sum e (row: float[]) -> sum + e * row[j]) 0.0 e rows)
                                | None -> e

                            outcome x (beta[0] + dot beta[1..] x) (0.1 * sqrt (dot x x / float count)) (draws.Normal 0)
                    Matrices = [ "coefficients", [| beta |] ]
                }
    }

    // ---- shapes ----

    /// Independent N(m, 1) columns with means 0, 1, 2, ….
    let gaussian (count: int) : TableSimulator = {
        Name = "gaussian"
        Description = $"{count} independent normal columns of variance 1."
        Columns = numbered "x" count
        Known = []
        Latents = count
        Population =
            fun _ -> {
                Row = fun draws -> { Cells = Array.init count (fun j -> float j + draws.Normal j); Known = [||] }
                Matrices = [ "mean", [| Array.init count float |]; "covariance", diagonal (Array.create count 1.0) ]
            }
    }

    /// Independent columns, each a mixture with equal chances of normals around evenly spaced centres from −1 to 1.
    let gaussianMixture (count: int) (components: int) (sigma: float) : TableSimulator =
        let centre i = if components = 1 then 0.0 else -1.0 + 2.0 * float i / float (components - 1)

        {
            Name = "gaussian-mixture"
            Description = $"{count} independent columns, each a mixture of {components} normals with deviation {sigma}."
            Columns = numbered "x" count
            Known = numbered "component" count
            Latents = count
            Population =
                fun _ -> {
                    Row =
                        fun draws ->
                            let components =
                                Array.init count (fun j ->
                                    min (components - 1) (int (draws.Uniform j * float components)))

                            {
                                Cells = components |> Array.mapi (fun j i -> centre i + sigma * draws.Normal j)
                                Known = components |> Array.map float
                            }
                    Matrices = [ "centres", [| Array.init components centre |] ]
                }
        }

    /// (r sin 2r, r cos 2r) with r uniform on (0, 2π), and normal noise of deviation 0.4.
    let swissRoll: TableSimulator = {
        Name = "swiss-roll"
        Description = "A spiral in the plane with normal noise of deviation 0.4."
        Columns = numbered "x" 2
        Known = [ "r" ]
        Latents = 1
        Population =
            fun _ -> {
                Row =
                    fun draws ->
                        let r = 2.0 * Math.PI * draws.Uniform 0

                        {
                            Cells = [|
                                r * sin (2.0 * r) + 0.4 * draws.Normal 0
                                r * cos (2.0 * r) + 0.4 * draws.Normal 1
                            |]
                            Known = [| r |]
                        }
                Matrices = []
            }
    }

    /// All of them, in the sizes of the paper and the package.
    let all = [
        heteroskedasticLatent 10 99
        heteroskedasticRegression
        lowRank
        lowRankScaled
        linearRegression 10 None
        linearRegression 10 (Some 3)
        gaussian 2
        gaussianMixture 2 3 0.1
        swissRoll
    ]

    /// The simulator of that name; an unknown one is refused with the names there are.
    let named (name: string) : Result<TableSimulator, BgmError> =
        match all |> List.tryFind (fun simulator -> simulator.Name = name) with
        | Some simulator -> Ok simulator
        | None ->
            let known = all |> List.map _.Name |> String.concat ", "
            Error(BgmError.BadOption("simulator", $"'{name}'", $"one of {known}"))
