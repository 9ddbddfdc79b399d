// What a model file's JSON says of a model beside its configuration and its arrays.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Data

/// A column of an auxiliary variable: of categories if it has any, else of numbers in units.
type StoredAuxiliaryColumn = {
    /// Of the table.
    Name: string
    /// Of numbers.
    Units: Units
    /// One column of U each.
    Categories: string list
}

/// An auxiliary variable.
type StoredAuxiliary = {
    /// columns, segments or array.
    Source: string
    /// Columns of U.
    Width: int
    /// Of the table, where it comes from there.
    Columns: StoredAuxiliaryColumn list
}

/// A model apart from its configuration and its arrays.
type StoredModel = {
    /// Its columns.
    Parts: Parts
    /// What standardises covariates.
    Scaling: Scaling
    /// Of treatment and outcome.
    Units: LearningUnits
    /// One, or none.
    Auxiliary: StoredAuxiliary list
    /// Evaluations, in order.
    History: StoredEvaluation list
    /// The epoch whose weights the file holds.
    Epoch: int
    /// Where the model comes from.
    Provenance: Provenance
}

/// From models and back.
[<RequireQualifiedAccess>]
module internal StoredModel =

    let private columns, private segments, private array = "columns", "segments", "array"

    let private storedAuxiliary auxiliary = {
        Source =
            match auxiliary with
            | Auxiliary.Columns _ -> columns
            | Auxiliary.RandomSegments _ -> segments
            | Auxiliary.Array _ -> array
        Width = Auxiliary.width auxiliary
        Columns =
            match auxiliary with
            | Auxiliary.Columns columns ->
                columns
                |> List.map (fun (name, column) ->
                    match column with
                    | Numbers units -> { Name = name; Units = units; Categories = [] }
                    | Categories names -> { Name = name; Units = Units.asIs; Categories = names })
            | _ -> []
    }

    /// What the file's JSON says of a model.
    let ofModel (model: CausalModel) : StoredModel = {
        Parts = model.Parts
        Scaling = model.Scaling
        Units = model.Units
        Auxiliary = model.Auxiliary |> Option.map storedAuxiliary |> Option.toList
        History = model.History |> List.map StoredEvaluation.ofEntry
        Epoch = model.Epoch
        Provenance = model.Provenance
    }

    /// Where U comes from, if there is one of a kind that is known.
    let auxiliary (stored: StoredModel) : Auxiliary option =
        stored.Auxiliary
        |> List.tryHead
        |> Option.bind (fun auxiliary ->
            if auxiliary.Source = columns then
                auxiliary.Columns
                |> List.map (fun column ->
                    column.Name,
                    (if column.Categories.IsEmpty then
                         Numbers column.Units
                     else
                         Categories column.Categories))
                |> Auxiliary.Columns
                |> Some
            elif auxiliary.Source = segments then
                Some(Auxiliary.RandomSegments auxiliary.Width)
            elif auxiliary.Source = array then
                Some(Auxiliary.Array auxiliary.Width)
            else
                None)

    // ---- checks of a file's ------------------------------------------------------------------------------------------

    let private isUsable units =
        Double.IsFinite units.Location
        && units.Scale > 0.0
        && Double.IsFinite units.Scale

    let private checkScaling (stored: StoredModel) =
        let scaling, p = stored.Scaling, stored.Parts.Covariates.Length

        let isOfCovariates =
            p > 0
            && scaling.Means.Length = p
            && scaling.Deviations.Length = p
            && Array.forall2
                (fun mean deviation -> isUsable { Location = mean; Scale = deviation })
                scaling.Means
                scaling.Deviations

        if not isOfCovariates then
            Error "its scaling is not of its covariates"
        elif not (isUsable stored.Units.X && isUsable stored.Units.Y) then
            Error "its units of treatment and outcome are none"
        else
            Ok()

    let private checkEpoch (stored: StoredModel) =
        if stored.History |> List.exists (fun entry -> entry.Epoch = stored.Epoch) then
            Ok()
        else
            Error $"its history has no epoch {stored.Epoch}, whose weights it holds"

    let private checkAuxiliary (config: Config) (stored: StoredModel) =
        match config.Prior, stored.Auxiliary, auxiliary stored with
        | StandardNormal, [], _ -> Ok()
        | GivenU _, stored :: _, Some auxiliary when Auxiliary.width auxiliary = stored.Width && stored.Width > 0 ->
            Ok()
        | _ -> Error "its auxiliary variable is not that of its prior"

    /// The same, or what does not fit together.
    let check config (stored: StoredModel) : Result<StoredModel, string> =
        checkScaling stored
        |> Result.bind (fun () -> checkEpoch stored)
        |> Result.bind (fun () -> checkAuxiliary config stored)
        |> Result.map (fun () -> stored)
