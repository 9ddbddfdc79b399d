// The normal distribution of a row given its latent, N(μ, diag σ² + U·Uᵀ), and what its seen cells say. Holes are left out exactly: what is seen of a
// normal vector is normal with the same means and the same rows of the covariance. With rank r of U all is computed in O(p·r²) a row:
// (D + UUᵀ)⁻¹ = D⁻¹ − D⁻¹U·K⁻¹·UᵀD⁻¹ (Woodbury) and det(D + UUᵀ) = det D · det K (Sylvester), K = I + UᵀD⁻¹U.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff

/// Normal distributions of n rows of p cells.
type Gaussian = {
    /// μ, (n, p).
    Mean: Tensor
    /// σ², (n, p), what is not shared between cells.
    Variance: Tensor
    /// The columns of U, each (n, p); none where the covariance is diagonal.
    Factors: Tensor list
}

/// Normal distributions of rows.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Gaussian =

    /// Outputs of a network for p cells and a covariance of rank r: means, raw variances, and each column of U.
    let outputs columns rank = columns * (2 + rank)

    /// From a network's outputs (n, p·(2 + r)).
    let ofOutput (rank: int) (output: Tensor) : Gaussian =
        let columns = output.Shape[1] / (2 + rank)
        let part i = Tensor.slice 1 (i * columns) columns output

        {
            Mean = part 0
            Variance = Tensor.softplus (part 1) + 1e-6
            Factors = List.init rank (fun i -> part (2 + i))
        }

    /// The outputs (n, p·(2 + r)) as they are, with gradients that are each times σ^(2β) of their cell: β-NLL (Seitzer, Tavakoli, Antic and Martius, ICLR
    /// 2022, arXiv:2203.09168). By the likelihood alone, β 0, a cell pulls on weights in proportion to 1/σ², and what columns of little noise leave
    /// unexplained drowns the others; β 1 pulls as squared errors do.
    let weigh (beta: float) (rank: int) (output: Tensor) : Tensor =
        let weight = Tensor.detach (exp (beta * log (ofOutput rank output).Variance))
        let weights = Tensor.concat 1 (List.replicate (2 + rank) weight)
        weights * output + Tensor.detach ((1.0 - weights) * output)

    /// Σ over the cells of each row, (n, 1).
    let private total (x: Tensor) = Tensor.sumKeep 1 x

    /// The lower triangle of Cholesky's factor of the matrices K, whose lower triangle is given: entries are (n, 1), all rows at once.
    let private cholesky (k: Tensor list list) : Tensor list list =
        let products (row: Tensor list) (other: Tensor list) count =
            List.map2 (*) (List.take count row) (List.take count other)

        let row (rows: Tensor list list) (wanted: Tensor list) =
            let i = rows.Length

            let below =
                (([]: Tensor list), List.zip rows (List.take i wanted))
                ||> List.fold (fun found (pivot, entry) ->
                    let j = found.Length
                    found @ [ List.fold (-) entry (products found pivot j) / pivot[j] ])

            rows @ [ below @ [ sqrt (List.fold (-) wanted[i] (products below below i)) ] ]

        List.fold row [] k

    /// L·y = b for the lower triangle L, (n, 1) each.
    let private solveLower (l: Tensor list list) (b: Tensor list) : Tensor list =
        ([], List.zip l b)
        ||> List.fold (fun y (row, b) ->
            y
            @ [
                List.fold2 (fun rest l y -> rest - l * y) b (List.take y.Length row) y
                / row[y.Length]
            ])

    /// Lᵀ·x = y for the lower triangle L, (n, 1) each.
    let private solveUpper (l: Tensor list list) (y: Tensor list) : Tensor list =
        ([], List.rev (List.indexed y))
        ||> List.fold (fun x (i, y) ->
            let rest = List.mapi (fun k x -> l[i + 1 + k][i] * x) x |> List.fold (-) y
            rest / l[i][i] :: x)

    /// What is seen, weighted: 1/σ² of seen cells and 0 of holes, and how far these are from their means.
    let private weighted (gaussian: Gaussian) (cells: Cells) =
        let precision = Cells.mask cells (Tensor.reciprocal gaussian.Variance)
        precision, cells.Values - gaussian.Mean

    /// The lower triangle of Cholesky's factor L of K = I + Uᵀ·D⁻¹·U, and L⁻¹·Uᵀ·D⁻¹·(x − μ), over the seen cells.
    let private capacity (factors: Tensor list) (precision: Tensor) (residual: Tensor) =
        let scaled = factors |> List.map (fun u -> precision * u)

        let l =
            scaled
            |> List.mapi (fun i u ->
                factors
                |> List.take (i + 1)
                |> List.mapi (fun j other -> if i = j then 1.0 + total (u * other) else total (u * other)))
            |> cholesky

        l, scaled |> List.map (fun u -> total (u * residual)) |> solveLower l

    /// log p of the seen cells of each row, (n, 1), nats.
    let logDensity (gaussian: Gaussian) (cells: Cells) : Tensor =
        let precision, residual = weighted gaussian cells

        let perCell =
            precision * Tensor.square residual
            + Cells.mask cells (log gaussian.Variance + log (2.0 * Math.PI))

        let diagonal = -0.5 * total perCell

        match gaussian.Factors with
        | [] -> diagonal
        | factors ->
            let l, y = capacity factors precision residual
            let determinant = l |> List.mapi (fun i row -> log row[i]) |> List.reduce (+)
            diagonal - determinant + 0.5 * (y |> List.map Tensor.square |> List.reduce (+))

    /// U·ε added to rows, ε as (n, 1) each.
    let private along (factors: Tensor list) (rows: Tensor) (epsilon: Tensor list) =
        List.fold2 (fun rows u e -> rows + u * e) rows factors epsilon

    /// Rows drawn with standard normal numbers (n, p + r): p for the cells alone, r for what they share.
    let draw (gaussian: Gaussian) (deviates: Tensor) : Tensor =
        let columns = gaussian.Mean.Shape[1]
        let own = gaussian.Mean + sqrt gaussian.Variance * Tensor.slice 1 0 columns deviates

        gaussian.Factors
        |> List.mapi (fun i _ -> Tensor.slice 1 (columns + i) 1 deviates)
        |> along gaussian.Factors own

    /// The distribution given the seen cells of its own rows: means, and a draw with standard normal numbers (n, p + r), of the holes (n, p); what is said
    /// of seen cells means nothing. Given z cells depend on each other through U alone: ε | seen ~ N(K⁻¹·Uᵀ·D⁻¹·(x − μ), K⁻¹).
    let complete (gaussian: Gaussian) (cells: Cells) (deviates: Tensor) : Tensor * Tensor =
        let columns = gaussian.Mean.Shape[1]
        let own mean = mean + sqrt gaussian.Variance * Tensor.slice 1 0 columns deviates

        match gaussian.Factors with
        | [] -> gaussian.Mean, own gaussian.Mean
        | factors ->
            let precision, residual = weighted gaussian cells
            let l, y = capacity factors precision residual
            let drawn = y |> List.mapi (fun i y -> y + Tensor.slice 1 (columns + i) 1 deviates)
            along factors gaussian.Mean (solveUpper l y), own (along factors gaussian.Mean (solveUpper l drawn))

    /// Variances of cells, (n, p): σ² and what they share.
    let marginalVariance (gaussian: Gaussian) : Tensor =
        gaussian.Factors
        |> List.fold (fun sum u -> sum + Tensor.square u) gaussian.Variance
