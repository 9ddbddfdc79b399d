module BgmFunctional.Tests.Bgm.PredictTests

open System
open System.Threading
open MathNet.Numerics.LinearAlgebra
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Numerics
open BgmFunctional.Tests.Bgm.Cases
open BgmFunctional.Tests.Data

let private fit config data = Fit.run config options data |> ok
let private impute options model data = Predict.run options model data |> ok

// ---- a model whose posterior is known: x = A·z + c + N(0, D + U·Uᵀ), by a network without hidden layers ----

let private loadings = [| [| 1.0; -0.5; 0.8; 0.3; -0.9 |]; [| 0.2; 0.7; -0.4; 1.1; 0.6 |] |]
let private offsets = [| 0.5; -1.0; 0.0; 0.3; 0.2 |]
let private variances = [| 0.3; 0.2; 0.5; 0.4; 0.25 |]
let private shared = [| 0.4; -0.3; 0.6; 0.5; 0.2 |]

let private linear covariance : BgmModel =
    let rank = Covariance.rank covariance
    let raw = variances |> Array.map (fun v -> log (exp (v - 1e-6) - 1.0))
    let outputs = Array.concat [ offsets; raw; Array.concat (Array.replicate rank shared) ]
    let zeros = Array.zeroCreate<float>((1 + rank) * columns)

    let output: Dense = {
        Weight =
            loadings
            |> Array.collect (fun row -> Array.append row zeros)
            |> Tensor.ofFloats Float32 [| latents; outputs.Length |]
        Bias = Some(Tensor.ofFloats Float32 [| 1; outputs.Length |] outputs)
    }

    let data = whole 30

    {
        Config = { config with GUnits = []; Covariance = covariance }
        Options = options
        Encoding = data.Encoding
        Encoder = Model.initEncoder key config columns
        Generator = { Weights = PlainNet { Hidden = []; Output = output }; Running = None }
        Latents = Tensor.fill Float32 [| 30; latents |] 0.0
        History = []
        Provenance = { Seed = 0L; Rows = 30; Epochs = 0; Library = "" }
    }

/// Mean and covariance of the cells at some places given those at others.
let private conditional covariance (row: float[]) =
    let a = Matrix<float>.Build.DenseOfRowArrays loadings
    let u = Vector<float>.Build.Dense shared
    let own = Matrix<float>.Build.DenseOfDiagonalArray variances
    let noise = if covariance = Covariance.Diagonal then own else own + u.OuterProduct u
    let sigma = a.TransposeThisAndMultiply a + noise
    let places isHole = [| 0 .. columns - 1 |] |> Array.filter (fun j -> Double.IsNaN row[j] = isHole)
    let seen, holes = places false, places true

    let block rows columns =
        Matrix<float>.Build.Dense(Array.length rows, Array.length columns, (fun i j -> sigma[rows[i], columns[j]]))

    let part at (v: float[]) = Vector<float>.Build.Dense(Array.map (Array.get v) at)

    if seen.Length = 0 then
        part holes offsets, block holes holes
    else
        let gain = block holes seen * (block seen seen).Inverse()
        part holes offsets + gain * (part seen row - part seen offsets), block holes holes - gain * block seen holes

let private linearRows = [|
    [| 0.3; nan; 0.8; nan; -0.2 |]
    [| nan; 1.0; nan; 0.7; nan |]
    [| nan; nan; nan; nan; nan |]
    [| 1.5; -2.0; 0.4; 1.1; nan |]
|]

[<Fact>]
let ``a linear model fills holes with the conditional normal distribution, and a row of holes with the prior's`` () =
    let matrix = Tensor.ofFloats Float32 [| 4; columns |] (Array.concat linearRows)

    let options = {
        few with
            Sampling.BurnIn = 500
            Sampling.Draws = 4000
            Chains = Some 4
            KeepDraws = true
    }

    for covariance in [ Covariance.Diagonal; Covariance.LowRank 1 ] do
        let found = impute options (linear covariance) matrix
        let draws = numbers found.Draws.Value
        let filled = numbers found.Filled
        let count = draws.Length / filled.Length

        for i in 0..3 do
            let mean, sigma = conditional covariance linearRows[i]
            let holes = [| 0 .. columns - 1 |] |> Array.filter (fun j -> Double.IsNaN(linearRows[i][j]))

            for h in 0 .. holes.Length - 1 do
                let trace = Array.init count (fun d -> draws[d * filled.Length + i * columns + holes[h]])
                let sd = sqrt sigma[h, h]
                // 16 000 draws worth 4000 or more: standard errors of sd/63 of the mean and sd/90 of the deviation; four of each, and a bit.
                Assert.Equal(mean[h], Array.average trace, 0.07 * sd)
                Assert.Equal(mean[h], filled[i * columns + holes[h]], 0.07 * sd)
                let spread = sqrt (trace |> Array.averageBy (fun x -> (x - mean[h]) ** 2.0))
                Assert.Equal(sd, spread, 0.06 * sd)

            if holes.Length > 1 then
                let trace h = Array.init count (fun d -> draws[d * filled.Length + i * columns + holes[h]] - mean[h])
                let product = Array.map2 (*) (trace 0) (trace 1) |> Array.average
                Assert.Equal(sigma[0, 1], product, 0.08 * sqrt (sigma[0, 0] * sigma[1, 1]))

[<Fact>]
let ``intervals hold their level, and so do those of hmc and nuts`` () =
    let covariance = Covariance.LowRank 1
    let model = linear covariance
    let count = 300

    // Rows drawn from the model itself.
    let whole =
        Array.map2
            (fun (z: float[]) (e: float[]) ->
                Array.init columns (fun j ->
                    offsets[j]
                    + loadings[0][j] * z[0]
                    + loadings[1][j] * z[1]
                    + shared[j] * e[columns]
                    + sqrt variances[j] * e[j]))
            (normals 3L count latents)
            (normals 4L count (columns + 1))

    let isHole i j = (i + j) % 2 = 0

    let matrix =
        whole
        |> Array.mapi (fun i row -> row |> Array.mapi (fun j x -> if isHole i j then nan else x))
        |> Array.concat
        |> Tensor.ofFloats Float32 [| count; columns |]

    for sampler in [ Hmc HmcOptions.recommended; Nuts NutsOptions.defaults ] do
        let found =
            impute
                {
                    few with
                        Sampling.Sampler = sampler
                        Sampling.BurnIn = 100
                        Sampling.Draws = 400
                        Sampling.Alpha = 0.2
                }
                model
                matrix

        let covered =
            Imputation.intervals found
            |> Array.averageBy (fun (i, j, low, high) -> if whole[i][j] >= low && whole[i][j] <= high then 1.0 else 0.0)

        Assert.Equal(750, found.Cells)
        // 750 intervals of level 0.8 in 300 rows: a standard error of 0.015 to 0.023; four of the latter.
        Assert.Equal(0.8, covered, 0.09)
        Assert.True(found.Acceptance > 0.5 && found.Ess > 100.0)

[<Fact>]
let ``cells that are seen come back to the bit, and every hole is filled within its interval's reach`` () =
    for kind, _ in kinds do
        let model = fit { config with Networks = kind } (dataset 21)
        let matrix = (dataset 21).Matrix
        let before = Tensor.toFloat32 matrix
        let found = impute { few with Imputations = 3; KeepDraws = true } model matrix

        let same (after: float32[]) =
            Array.iter2
                (fun before after ->
                    Assert.True(Single.IsFinite after)

                    if not (Single.IsNaN before) then
                        Assert.Equal(BitConverter.SingleToInt32Bits before, BitConverter.SingleToInt32Bits after))
                (Array.init after.Length (fun at -> before[at % before.Length]))
                after

        same (Tensor.toFloat32 found.Filled)
        Assert.Equal(3, found.Completed.Length)
        found.Completed |> List.iter (Tensor.toFloat32 >> same)
        same (Tensor.toFloat32 found.Draws.Value)
        let chains = if kind = Plain then 1 else 4
        Assert.Equal<int[]>([| chains * few.Sampling.Draws; 21; columns |], found.Draws.Value.Shape)
        Assert.All(Imputation.intervals found, fun (_, _, low, high) -> Assert.True(low < high))

[<Fact>]
let ``means, intervals and completed matrices are those of the draws`` () =
    let model = fit config (dataset 21)
    let matrix = (dataset 21).Matrix
    let found = impute { few with Imputations = 2; KeepDraws = true } model matrix
    let size = matrix.Size
    let draws = numbers found.Draws.Value |> Array.chunkBySize size

    for i, j, low, high in Imputation.intervals found do
        let trace = draws |> Array.map (fun draw -> draw[i * columns + j]) |> Array.sort
        Assert.Equal(Sorted.quantile trace 0.025, low, 6)
        Assert.Equal(Sorted.quantile trace 0.975, high, 6)

    // Of 40 draws the 11th and the 31st.
    Assert.Equal<float[]>(draws[10], numbers found.Completed[0])
    Assert.Equal<float[]>(draws[30], numbers found.Completed[1])

[<Fact>]
let ``the same bits come from any number of threads, and others from another seed`` () =
    for kind in [ Plain; Bayesian ] do
        for covariance in covariances do
            let model = fit { config with Networks = kind; Covariance = covariance } (dataset 21)

            let bits options =
                let found = impute options model (dataset 21).Matrix in numbers (found.Filled, found.Completed)

            let once = bits { few with Imputations = 2 }
            sameBits $"{kind} {covariance}" once (bits { few with Imputations = 2; Sampling.Threads = 2 })
            Assert.NotEqual<float[]>(once, bits { few with Imputations = 2; Sampling.Seed = 7L })

[<Fact>]
let ``rows with one pattern of holes have intervals of one shape, others a list`` () =
    let model = fit config (whole 12)

    let rows holes =
        whole 12
        |> fun data ->
            Tensor.toFloat32 data.Matrix
            |> Array.mapi (fun at x -> if holes (at / columns) (at % columns) then nanf else x)
            |> Tensor.float32 [| 12; columns |]

    match (impute few model (rows (fun _ j -> j = 1 || j = 4))).Intervals with
    | SharedPattern(columns, bounds) ->
        Assert.Equal<int[]>([| 1; 4 |], columns)
        Assert.Equal((12, 2, 2), (Array3D.length1 bounds, Array3D.length2 bounds, Array3D.length3 bounds))
    | RowByRow _ -> failwith "one pattern"

    match (impute few model (rows (fun i j -> i = 2 && j < 2))).Intervals with
    | RowByRow bounds ->
        Assert.Equal<int list>([ 0; 0; 2; 0 ], bounds[..3] |> Array.map (fun row -> row.Columns.Length) |> List.ofArray)
        Assert.Equal(2, Array2D.length1 bounds[2].Bounds)
    | SharedPattern _ -> failwith "two patterns"

[<Fact>]
let ``a matrix without holes is its own answer`` () =
    let model = fit config (whole 12)
    let found = impute few model (whole 12).Matrix
    Assert.Equal<float[]>(numbers (whole 12).Matrix, numbers found.Filled)
    Assert.Equal((0, 0), (found.Rows, found.Cells))
    Assert.True(Double.IsNaN found.RHat && found.Warnings.IsEmpty)

[<Fact>]
let ``rows without a cell that is seen are warned of`` () =
    let rows =
        Array.init 12 (fun i ->
            if i = 4 || i = 7 then
                Array.create columns nan
            else
                Array.init columns (fun j -> float (i + j)))

    let model = fit config (whole 12)
    let matrix = Tensor.ofFloats Float32 [| 12; columns |] (Array.concat rows)
    let warnings = (impute few model matrix).Warnings

    Assert.Contains(
        warnings,
        fun warning -> warning.Contains "2 of 2 rows with holes have no cell seen, row 5 the first"
    )

[<Fact>]
let ``chains of a Bayesian generator hold different weights`` () =
    let model = fit { config with Networks = Bayesian } (dataset 21)

    let means chain =
        (impute { few with Chains = Some chain } model (dataset 21).Matrix).Filled
        |> numbers

    Assert.NotEqual<float[]>(means 1, means 2)

[<Fact>]
let ``progress counts chains, and a prediction that is cancelled ends at once`` () =
    let model = fit config (dataset 21)
    let seen = ResizeArray()

    let options = {
        few with
            Chains = Some 2
            Sampling.Progress = fun ended all -> seen.Add((ended, all))
    }

    let found = impute options model (dataset 21).Matrix
    Assert.Equal((2 * found.Rows, 2 * found.Rows), seen[seen.Count - 1])
    use source = new CancellationTokenSource()
    source.Cancel()

    Assert.Throws<OperationCanceledException>(fun () ->
        impute { few with Sampling.Cancellation = source.Token } model (dataset 21).Matrix
        |> ignore)
    |> ignore

[<Fact>]
let ``a prediction that is broken off goes on from its checkpoint, with the same bits`` () =
    let model, matrix = fit config (dataset 21), (dataset 1700).Matrix
    let options = { few with Chains = Some 2; Imputations = 2; KeepDraws = true }

    let bits (found: Imputation) =
        let bounds =
            Imputation.intervals found
            |> Array.collect (fun (_, _, low, high) -> [| low; high |])

        let summary = [| found.Acceptance; float found.Divergences; found.RHat; found.Ess; found.RowsConverged |]
        Array.concat [ numbers (found.Filled, found.Completed, found.Draws.Value); bounds; summary ]

    use folder = new TemporaryFolder()
    use source = new CancellationTokenSource()
    let plan = { Checkpoint.plan (folder.File "chains") with Every = Some 1 }
    let unbroken = impute options model matrix
    // Chains run a thousand rows or so at a time: the first of them are done when two chains of 1100 rows have ended.
    Assert.InRange(unbroken.Rows, 1101, 1700)

    Assert.Throws<OperationCanceledException>(fun () ->
        impute
            {
                options with
                    Checkpoint = Some plan
                    Sampling.Cancellation = source.Token
                    Sampling.Progress =
                        fun ended _ ->
                            if ended = 2 * 1100 then
                                source.Cancel()
            }
            model
            matrix
        |> ignore)
    |> ignore

    let resumed = { options with Checkpoint = Some { plan with Resume = true } }
    let mutable first = 0

    let watched = {
        resumed with
            Sampling.Threads = 2
            Sampling.Progress =
                fun ended _ ->
                    if first = 0 then
                        first <- ended
    }

    sameBits "resumed" (bits unbroken) (bits (impute watched model matrix))
    Assert.InRange(first, 2000, 2 * 1100)

    let refused (part: string) options model matrix = Assert.Contains(part, Predict.run options model matrix |> refusal)

    refused "resume it" { resumed with Checkpoint = Some plan } model matrix
    refused "seed" { resumed with Sampling.Seed = 7L } model matrix
    refused "sampler (Hmc" { resumed with Sampling.Sampler = Nuts NutsOptions.defaults } model matrix
    refused "data" resumed model (dataset 1701).Matrix
    refused "model" resumed (fit { config with Networks = Bayesian } (dataset 21)) matrix
    refused "rounds between checkpoints" { resumed with Checkpoint = Some { plan with Every = Some 0 } } model matrix

[<Fact>]
let ``a table gets its numbers and levels back, with intervals in its own units`` () =
    let z = normals 5L 60 1 |> Array.map Array.head
    let e = normals 6L 60 2

    let frame holes =
        Frame.ofColumns [
            "income",
            Column.Numeric(
                Array.init 60 (fun i -> if holes && i % 4 = 0 then nan else 30000.0 + 8000.0 * z[i] + 500.0 * e[i][0])
            )
            "sex",
            Column.Text(
                Array.init 60 (fun i ->
                    if holes && i % 4 = 1 then ""
                    elif z[i] + e[i][1] > 0.0 then "f"
                    else "m")
            )
            "score", Column.Numeric(z)
        ]
        |> Result.defaultWith (DataError.message >> failwith)

    let model = Fit.run config options (Dataset.ofFrame [] (frame true) |> ok) |> ok
    let found = Impute.table { few with Imputations = 2 } model (frame true) |> ok

    for table in found.Table :: found.Completed do
        Assert.Equal<string list>([ "income"; "sex"; "score" ], Frame.names table)

        for name in Frame.names table do
            let texts frame =
                Frame.column name frame
                |> Result.map Column.texts
                |> Result.defaultWith (DataError.message >> failwith)

            Array.iter2
                (fun before after -> Assert.True(before = "" || before = after))
                (texts (frame true))
                (texts table)

            Assert.DoesNotContain("", texts table)

    Assert.Equal(30, found.Intervals.Length)
    let first = found.Intervals[0]
    Assert.Equal((1, "income"), (first.Row, first.Column))
    // Within the reach of the data, not of standardised numbers.
    Assert.InRange(first.Mean, 10000.0, 50000.0)
    Assert.Contains("sex=m", found.Intervals |> Array.map _.Column)

    Assert.Contains(
        "'blue'",
        (Impute.table
            few
            model
            (frame false
             |> Frame.add "sex" (Column.Text(Array.create 60 "blue"))
             |> Result.defaultWith (DataError.message >> failwith))
         |> refusal)
    )

[<Fact>]
let ``options and matrices that cannot be are refused`` () =
    let model = fit config (dataset 21)
    let refused (name: string) options = Assert.Contains(name, Predict.run options model (dataset 21).Matrix |> refusal)
    refused "chains" { few with Chains = Some 0 }
    refused "burn-in" { few with Sampling.BurnIn = -1 }
    refused "draws" { few with Sampling.Draws = 3 }
    refused "alpha" { few with Sampling.Alpha = 0.0 }
    refused "alpha" { few with Sampling.Alpha = 1.0 }
    refused "imputations" { few with Imputations = 41 }
    refused "threads" { few with Sampling.Threads = 0 }

    refused "leapfrog" {
        few with
            Sampling.Sampler = Hmc { HmcOptions.defaults with LeapfrogSteps = 0 }
    }

    let other = Tensor.fill Float32 [| 3; columns + 1 |] 0.0
    Assert.Contains($"(rows, {columns})", Predict.run few model other |> refusal)
    Assert.Contains("n: found 0", Generate.run key 0 true model |> refusal)

[<Fact>]
let ``generated rows have the moments of the model, with noise or without`` () =
    for covariance in [ Covariance.Diagonal; Covariance.LowRank 1 ] do
        let model = linear covariance
        let count = 20_000
        let rank = float (Covariance.rank covariance)

        for withNoise in [ true; false ] do
            let made = Generate.run key count withNoise model |> ok
            let values = numbers made.Values |> Array.chunkBySize columns

            Assert.All(
                numbers made.Variances |> Array.chunkBySize columns,
                fun row ->
                    for j in 0 .. columns - 1 do
                        Assert.Equal(variances[j] + rank * shared[j] ** 2.0, row[j], 1e-5)
            )

            for j in 0 .. columns - 1 do
                let column = values |> Array.map (fun row -> row[j])
                let signal = loadings[0][j] ** 2.0 + loadings[1][j] ** 2.0
                let variance = if withNoise then signal + variances[j] + rank * shared[j] ** 2.0 else signal
                // Standard errors are sd/141 of the mean and 1 % of the variance; four of each.
                Assert.Equal(offsets[j], Array.average column, 0.03 * sqrt variance)
                Assert.Equal(1.0, (column |> Array.averageBy (fun x -> (x - offsets[j]) ** 2.0)) / variance, 0.04)

[<Fact>]
let ``generated tables look like the one that was learned from`` () =
    // c1 in whole numbers, and c2 skewed.
    let learned =
        frame (rows 200)
        |> Frame.columns
        |> List.map (fun (name, column) ->
            let numbers = Column.finiteOrMissing name column |> Expect.ok

            name,
            match name with
            | "c1" -> numbers |> Array.map (fun x -> round (2.0 * x))
            | "c2" -> numbers |> Array.map exp
            | _ -> numbers
            |> Column.Numeric)
        |> Frame.ofColumns
        |> Expect.ok

    let model = fit config (Dataset.ofFrame [] learned |> ok)
    let made n cells = Generate.table key n cells model |> ok

    let column name table =
        Frame.column name table
        |> Result.bind (Column.finiteOrMissing name)
        |> Expect.ok

    let table = made 4000 NewCells.LikeTable
    Assert.Equal<string list>([ "c1"; "c2"; "c3"; "c4"; "c5" ], Frame.names table)
    Assert.Equal(4000, Frame.rowCount table)
    Assert.All(column "c1" table, fun x -> Assert.Equal(round x, x))

    for name in Frame.names table do
        let seen = column name learned |> Array.filter (Double.IsNaN >> not) |> Array.sort
        let quantile p values = values |> Array.sort |> Array.item (int (p * float (Array.length values - 1)))
        // Numbers are rounded to a millionth of a deviation.
        let low, high = Array.head seen - 1e-5, Array.last seen + 1e-5
        Assert.All(column name table, fun x -> Assert.InRange(x, low, high))

        // Of 4000 draws, whose levels are those of 10 000 others, a level is known to 0.01; four of these.
        for p in [ 0.25; 0.5; 0.75 ] do
            Assert.InRange(quantile p (column name table), quantile (p - 0.04) seen, quantile (p + 0.04) seen)

    // A row depends on its number alone; and the other kinds of cells know no marginals.
    Assert.Equal<float>(column "c2" table |> Array.truncate 7, column "c2" (made 7 NewCells.LikeTable))
    Assert.Contains(column "c1" (made 7 NewCells.Drawn), fun x -> x <> round x)
    Assert.Contains(column "c1" (made 7 NewCells.Means), fun x -> x <> round x)
