// How many numbers each part of the latent gets, from the data. As many directions of the covariates as the outcome moves with are for Z₁, and as
// many as the treatment moves with for Z₂, by sliced inverse regression (Li, JASA 1991); as many as the covariates vary in are for all of Z, by
// principal components.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open MathNet.Numerics.LinearAlgebra

/// Sizes of a latent, and the spectra that they were read from.
type LatentChoice = {
    /// What was chosen.
    Dims: LatentDims
    /// Eigenvalues of the sliced inverse regression of y on v, between 0 and 1, the largest first.
    OutcomeEigenvalues: float[]
    /// The same of x.
    TreatmentEigenvalues: float[]
    /// Variances of the principal components of v, (p), the largest first.
    ComponentVariances: float[]
    /// Rows that they were read from.
    Rows: int
}

/// Choosing the sizes of a latent.
[<RequireQualifiedAccess>]
module LatentChoice =

    /// Of the sum of the eigenvalues of a sliced inverse regression, and of the variance of covariates.
    let private regressionShare, private varianceShare = 0.8, 0.7

    let private slices = 10
    let private confounding = 3
    let private leastRest = 3
    let private most = 64

    /// The fewest of the values, which descend, that have this share of their sum; one at least.
    let leading share (values: float[]) =
        let wanted = share * Array.sum values
        let sums = values |> Array.scan (+) 0.0

        match sums |> Array.tryFindIndex (fun sum -> sum >= wanted * (1.0 - 1e-12)) with
        | Some count -> max 1 count
        | None -> values.Length

    /// The slice of each row, from 0: one for each value if there are no more, else about equally many rows each; equal values share one.
    let slicesOf (slices: int) (response: float[]) : int[] =
        let distinct = response |> Array.distinct |> Array.sort

        if distinct.Length <= slices then
            response |> Array.map (fun value -> Array.BinarySearch(distinct, value))
        else
            let sorted = Array.sort response

            let below =
                distinct
                |> Array.map (fun value ->
                    let mutable low, high = 0, sorted.Length

                    while low < high do
                        let middle = (low + high) / 2
                        if sorted[middle] < value then low <- middle + 1 else high <- middle

                    low)

            response
            |> Array.map (fun value -> slices * below[Array.BinarySearch(distinct, value)] / response.Length)

    /// Correlations of standardised covariates, taken apart: eigenvalues, the largest first, and their vectors as columns.
    let private principal (v: Tensor) =
        let n, p = v.Shape[0], v.Shape[1]
        let v = Tensor.cast Float64 v

        let products =
            Tensor.matMul (Tensor.transpose v) v
            |> Tensor.toArray
            |> Array.map (fun sum -> sum / float n)

        let evd = (Matrix<float>.Build.Dense(p, p, products)).Evd Symmetricity.Symmetric
        let order = [| p - 1 .. -1 .. 0 |]
        let values = order |> Array.map (fun i -> max 0.0 evd.EigenValues[i].Real)
        values, Matrix<float>.Build.DenseOfColumnVectors(order |> Array.map evd.EigenVectors.Column)

    /// Eigenvalues of Cov(E[v | slice]) relative to Cov(v), the largest first: those of the slices' means of whitened covariates, found among the
    /// slices, which are fewer than covariates. Directions in which the covariates do not vary have no say.
    let private regress (values: float[], vectors: Matrix<float>) (v: Tensor) (response: float[]) =
        let n, p = v.Shape[0], v.Shape[1]
        let rows = Tensor.toArray v
        let slice = slicesOf slices response
        let count = 1 + Array.max slice
        let sizes = Array.zeroCreate<float> count
        let sums = Matrix<float>.Build.Dense(count, p)

        for i in 0 .. n - 1 do
            sizes[slice[i]] <- sizes[slice[i]] + 1.0

            for j in 0 .. p - 1 do
                sums[slice[i], j] <- sums[slice[i], j] + rows[i * p + j]

        let components = sums * vectors
        let rank = values |> Array.filter (fun value -> value > 1e-9 * values[0]) |> Array.length

        let whitened =
            Matrix<float>
                .Build.Dense(
                    count,
                    rank,
                    fun h j ->
                        if sizes[h] > 0.0 then
                            components[h, j] / sqrt (values[j] * sizes[h] * float n)
                        else
                            0.0
                )

        let evd = whitened.TransposeAndMultiply(whitened).Evd Symmetricity.Symmetric

        evd.EigenValues.ToArray()
        |> Array.map (fun value -> max 0.0 value.Real)
        |> Array.sortDescending

    /// The sizes that rows suggest: 80 % of the eigenvalue sum of sliced inverse regressions in 10 slices for Z₁ and Z₂; 3 for Z₀; principal components with
    /// 70 % of the variance, at most 64, for all of Z, of which Z₃ is the rest, at least 3. As published.
    let ofData (data: Observations) : LatentChoice =
        let principal = principal data.V
        let outcome = regress principal data.V (Tensor.toArray data.Y)
        let treatment = regress principal data.V (Tensor.toArray data.X)
        let z1, z2 = leading regressionShare outcome, leading regressionShare treatment
        let total = min most (leading varianceShare (fst principal))

        {
            Dims = {
                Z0 = confounding
                Z1 = z1
                Z2 = z2
                Z3 = max leastRest (total - confounding - z1 - z2)
            }
            OutcomeEigenvalues = outcome
            TreatmentEigenvalues = treatment
            ComponentVariances = fst principal
            Rows = Observations.rows data
        }

    /// Why, in one line.
    let explain (choice: LatentChoice) : string =
        let dims = choice.Dims
        let percent (values: float[]) count = 100.0 * Array.sum values[.. count - 1] / Array.sum values
        let components = leading varianceShare choice.ComponentVariances
        let p = choice.ComponentVariances.Length

        let regression name values count =
            $"the {name} moves with {count} of their directions (%.0f{percent values count} %% of the eigenvalues of a sliced inverse regression)"

        let ofOutcome = regression "outcome" choice.OutcomeEigenvalues dims.Z1
        let ofTreatment = regression "treatment" choice.TreatmentEigenvalues dims.Z2

        let doubt =
            if choice.Rows < 10 * p then
                $"; these are few rows ({choice.Rows}) for {p} covariates, so look at the sizes yourself"
            else
                ""

        $"latent sizes {dims.Z0},{dims.Z1},{dims.Z2},{dims.Z3}: {components} principal components have %.0f{100.0 * varianceShare} %% of the covariates' variance (at most {most} are taken), {ofOutcome}, {ofTreatment}{doubt}"
