namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels

/// Which column plays which part.
type Parts = {
    /// The treatment x.
    Treatment: string
    /// The outcome y.
    Outcome: string
    /// The covariates v, in order.
    Covariates: string list
}

/// Which columns are asked to play which part.
type Roles = {
    /// The treatment x.
    Treatment: string
    /// The outcome y.
    Outcome: string
    /// The covariates v; None: all columns without another part.
    Covariates: string list option
    /// Columns of an auxiliary variable; none where nothing is known of the kind.
    Auxiliary: AuxiliaryRequest list
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
    /// Where its auxiliary variable comes from, if it has one.
    Auxiliary: Auxiliary option
    /// Its rows, treatment and outcome in the data's units.
    Observations: Observations
}

/// From tables to observations.
[<RequireQualifiedAccess>]
module Dataset =

    let private column check name frame =
        Frame.column name frame
        |> Result.bind (check name)
        |> Result.mapError CausalError.Data

    /// A covariate's numbers; one that is missing is refused with what fills it in.
    let private covariate check frame name =
        column check name frame
        |> Result.mapError (fun error ->
            match error with
            | CausalError.Data(DataError.MissingValue(name, row)) -> CausalError.MissingCovariate(name, row)
            | error -> error)

    let private parts (roles: Roles) frame =
        let treatment, outcome = roles.Treatment, roles.Outcome
        let auxiliary = roles.Auxiliary |> List.map Auxiliary.columnOf

        let covariates =
            roles.Covariates
            |> Option.defaultWith (fun () -> Frame.names frame |> List.except (treatment :: outcome :: auxiliary))

        let repeated = covariates |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1)

        if treatment = outcome then
            Error(CausalError.TwoParts(treatment, "the treatment", "the outcome"))
        elif List.contains treatment covariates then
            Error(CausalError.TwoParts(treatment, "the treatment", "a covariate"))
        elif List.contains outcome covariates then
            Error(CausalError.TwoParts(outcome, "the outcome", "a covariate"))
        elif List.contains treatment auxiliary then
            Error(CausalError.TwoParts(treatment, "the treatment", "part of the auxiliary variable"))
        elif List.contains outcome auxiliary then
            Error(CausalError.TwoParts(outcome, "the outcome", "part of the auxiliary variable"))
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

    let private scalingOf (columns: float[] list) =
        let units = columns |> List.map Units.ofValues |> List.toArray

        {
            Means = units |> Array.map _.Location
            Deviations = units |> Array.map _.Scale
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

    /// A dataset of columns in their parts, each of which passes the check.
    let private make kind check (scalingOf: float[] list -> Scaling) frame (parts: Parts) =
        column check parts.Treatment frame
        |> Result.bind (checkBinary kind parts.Treatment)
        |> Result.bind (fun x ->
            column check parts.Outcome frame
            |> Result.bind (fun y ->
                parts.Covariates
                |> Result.traverse (covariate check frame)
                |> Result.map (fun v ->
                    let scaling = scalingOf v

                    {
                        Parts = parts
                        Scaling = scaling
                        Auxiliary = None
                        Observations = { V = standardised scaling v; X = single x; Y = single y; U = None }
                    })))

    /// With an auxiliary variable of the user's own: (n) rows of (s) numbers.
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
                    Auxiliary = Some(Auxiliary.Array columns)
                    Observations = { dataset.Observations with U = Some(Tensor.view [| rows; columns |] values) }
            }

    let private known auxiliary (dataset: Dataset) = { dataset with Auxiliary = Some auxiliary }

    /// With segments drawn at random for the rows, one-hot, as published (`n_segments`, 10 there). Random segments say nothing about a row: only
    /// an informative U identifies.
    let withRandomSegments (key: Key) (segments: int) (dataset: Dataset) : Result<Dataset, CausalError> =
        if segments < 2 then
            Error(CausalError.BadOption("segments (n_segments)", string segments, "a whole number, at least 2"))
        else
            dataset
            |> withAuxiliary (Auxiliary.drawSegments key segments (Observations.rows dataset.Observations))
            |> Result.map (known (Auxiliary.RandomSegments segments))

    /// With the auxiliary variable that a model was fitted with, of these rows: out of their table, or segments drawn anew, as published.
    let internal withAuxiliaryOf (key: Key) auxiliary (frame: Frame) (dataset: Dataset) : Result<Dataset, CausalError> =
        match auxiliary with
        | None -> Ok dataset
        | Some(Auxiliary.RandomSegments count) -> withRandomSegments key count dataset
        | Some(Auxiliary.Array _) -> Error CausalError.AuxiliaryNotInTable
        | Some(Auxiliary.Columns columns) ->
            Auxiliary.encode columns frame
            |> Result.bind (fun u -> withAuxiliary u dataset)
            |> Result.map (known auxiliary.Value)

    /// The columns of a table in the parts that are asked for, covariates standardised. Refused: missing, non-numeric and constant columns, missing
    /// values, and a binary treatment with another value than 0 and 1.
    let ofRoles (kind: TreatmentKind) (roles: Roles) (frame: Frame) : Result<Dataset, CausalError> =
        parts roles frame
        |> Result.bind (make kind Column.varying scalingOf frame)
        |> Result.bind (fun dataset ->
            if roles.Auxiliary.IsEmpty then
                Ok dataset
            else
                Auxiliary.ofFrame roles.Auxiliary frame
                |> Result.bind (fun auxiliary -> withAuxiliaryOf (Key.OfSeed 0L) (Some auxiliary) frame dataset))

    /// The same without an auxiliary variable: all columns besides treatment and outcome are covariates unless some are named.
    let ofFrame kind treatment outcome covariates frame : Result<Dataset, CausalError> =
        ofRoles
            kind
            {
                Treatment = treatment
                Outcome = outcome
                Covariates = covariates
                Auxiliary = []
            }
            frame

    /// The columns of a table in the parts that a model knows, standardised as those of its fit were; other columns, and their order, do not matter.
    /// Refused: missing and non-numeric columns, missing values, and a binary treatment with another value than 0 and 1.
    let ofParts (kind: TreatmentKind) (parts: Parts) (scaling: Scaling) (frame: Frame) : Result<Dataset, CausalError> =
        Frame.select (parts.Treatment :: parts.Outcome :: parts.Covariates) frame
        |> Result.mapError CausalError.Data
        |> Result.bind (fun frame -> make kind Column.finite (fun _ -> scaling) frame parts)
