namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels

/// What is seen of n rows, float32: all rows of the data, or a batch of them.
type Observations = {
    /// Covariates, standardised, (n, p).
    V: Tensor
    /// The treatment, (n, 1).
    X: Tensor
    /// The outcome, (n, 1).
    Y: Tensor
    /// The auxiliary variable, (n, s), where the prior is given one.
    U: Tensor option
}

/// Rows of observations.
[<RequireQualifiedAccess>]
module Observations =
    /// Number of rows.
    let rows (observations: Observations) = observations.X.Shape[0]

    /// Number of covariates.
    let covariates (observations: Observations) = observations.V.Shape[1]

    /// The rows of these indices.
    let gather (indices: Tensor) (observations: Observations) = Tree.map (Tensor.gatherRows indices) observations

/// Which column plays which part.
type Parts = {
    /// The treatment x.
    Treatment: string
    /// The outcome y.
    Outcome: string
    /// The covariates v, in order.
    Covariates: string list
}

/// The location and scale of each covariate: what standardises a row of any data as those of the fit.
type Scaling = {
    /// (p).
    Means: float[]
    /// (p), above 0.
    Deviations: float[]
}

/// A table that was checked and standardised.
type Dataset = {
    /// Its columns.
    Parts: Parts
    /// What standardised its covariates.
    Scaling: Scaling
    /// Its rows.
    Observations: Observations
}

/// From tables to observations.
[<RequireQualifiedAccess>]
module Dataset =

    let private column check name frame =
        Frame.column name frame
        |> Result.bind (check name)
        |> Result.mapError CausalError.Data

    let private parts treatment outcome (covariates: string list option) frame =
        let covariates =
            covariates
            |> Option.defaultWith (fun () -> Frame.names frame |> List.except [ treatment; outcome ])

        let repeated = covariates |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1)

        if treatment = outcome then
            Error(CausalError.TwoParts(treatment, "the treatment", "the outcome"))
        elif List.contains treatment covariates then
            Error(CausalError.TwoParts(treatment, "the treatment", "a covariate"))
        elif List.contains outcome covariates then
            Error(CausalError.TwoParts(outcome, "the outcome", "a covariate"))
        elif covariates.IsEmpty then
            Error CausalError.NoCovariates
        else
            match repeated with
            | Some(name, _) -> Error(CausalError.TwoParts(name, "a covariate", "another one"))
            | None -> Ok { Treatment = treatment; Outcome = outcome; Covariates = covariates }

    let private checkBinary kind name (values: float[]) =
        match kind, values |> Array.tryFindIndex (fun x -> x <> 0.0 && x <> 1.0) with
        | Binary, Some i -> Error(CausalError.NotBinary(name, i + 1, values[i]))
        | _ -> Ok values

    let private scalingOf (columns: float[] list) = {
        Means = columns |> List.map Array.average |> List.toArray
        Deviations =
            columns
            |> List.map (fun values ->
                let mean = Array.average values
                sqrt (values |> Array.averageBy (fun x -> (x - mean) ** 2.0)))
            |> List.toArray
    }

    let private standardised (scaling: Scaling) (columns: float[] list) =
        let n, p = columns.Head.Length, columns.Length
        let values = Array.zeroCreate<float32>(n * p)

        columns
        |> List.iteri (fun j column ->
            for i in 0 .. n - 1 do
                values[i * p + j] <- float32 ((column[i] - scaling.Means[j]) / scaling.Deviations[j]))

        Tensor.view [| n; p |] values

    let private single (values: float[]) = Tensor.view [| values.Length; 1 |] (Array.map float32 values)

    /// The columns of a table in their parts, covariates standardised; all columns besides treatment and outcome are covariates unless some are
    /// named. Refused: missing, non-numeric and constant columns, missing values, and a binary treatment with another value than 0 and 1.
    let ofFrame
        (kind: TreatmentKind)
        (treatment: string)
        (outcome: string)
        (covariates: string list option)
        (frame: Frame)
        : Result<Dataset, CausalError> =
        parts treatment outcome covariates frame
        |> Result.bind (fun parts ->
            column Column.varying treatment frame
            |> Result.bind (checkBinary kind treatment)
            |> Result.bind (fun x ->
                column Column.varying outcome frame
                |> Result.bind (fun y ->
                    parts.Covariates
                    |> BgmFunctional.Flows.Result.traverse (fun name -> column Column.varying name frame)
                    |> Result.map (fun v ->
                        let scaling = scalingOf v

                        {
                            Parts = parts
                            Scaling = scaling
                            Observations = { V = standardised scaling v; X = single x; Y = single y; U = None }
                        }))))

    /// The columns of a table in the parts that a model knows, standardised as those of its fit were; other columns, and their order, do not matter.
    /// Refused: missing and non-numeric columns, missing values, and a binary treatment with another value than 0 and 1.
    let ofParts (kind: TreatmentKind) (parts: Parts) (scaling: Scaling) (frame: Frame) : Result<Dataset, CausalError> =
        Frame.select (parts.Treatment :: parts.Outcome :: parts.Covariates) frame
        |> Result.mapError CausalError.Data
        |> Result.bind (fun frame ->
            Frame.names frame
            |> BgmFunctional.Flows.Result.traverse (fun name -> column Column.finite name frame))
        |> Result.bind (fun columns ->
            checkBinary kind parts.Treatment columns[0]
            |> Result.map (fun x -> {
                Parts = parts
                Scaling = scaling
                Observations = {
                    V = standardised scaling (List.skip 2 columns)
                    X = single x
                    Y = single columns[1]
                    U = None
                }
            }))

    /// With an auxiliary variable of the user's own, such as site, period or batch: (n) rows of (s) numbers.
    let withAuxiliary (u: float[][]) (dataset: Dataset) : Result<Dataset, CausalError> =
        let rows = Observations.rows dataset.Observations
        let columns = if u.Length = 0 then 0 else u[0].Length

        if
            u.Length <> rows
            || columns = 0
            || u |> Array.exists (fun row -> row.Length <> columns)
        then
            Error(CausalError.BadAuxiliary(u.Length, columns, rows))
        else
            let values = u |> Array.collect (Array.map float32)

            Ok {
                dataset with
                    Observations = { dataset.Observations with U = Some(Tensor.view [| rows; columns |] values) }
            }

    /// With segments drawn at random for the rows, one-hot, as published (`n_segments`, 10 there). Random segments say nothing about a row: only
    /// an informative U identifies.
    let withRandomSegments (key: Key) (segments: int) (dataset: Dataset) : Result<Dataset, CausalError> =
        if segments < 2 then
            Error(CausalError.BadOption("segments", string segments, "a whole number, at least 2"))
        else
            let draws = Array.zeroCreate<float>(Observations.rows dataset.Observations)
            Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span draws)
            let oneHot u = Array.init segments (fun s -> if int (u * float segments) = s then 1.0 else 0.0)
            withAuxiliary (Array.map oneHot draws) dataset
