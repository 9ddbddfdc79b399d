// The files that a flow was fitted to: its model file remembers where they stand beside it, and by their rows whether they are the same.
namespace BgmFunctional.Flows

open System.IO
open BgmFunctional.Data

/// The files of a fit's rows.
type TrainingFiles = {
    /// The training rows, and with a share the validation rows.
    Data: string
    /// The share of its rows that was put aside for validation, by the seed of the fit.
    ValidationShare: float option
    /// A file of validation rows.
    ValidationData: string option
}

/// Remembering files, and reading them again.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingFiles =

    let private data, private share, private validation =
        "training file", "validation share", "validation file"

    let private folderOf (model: string) = Path.GetDirectoryName(Path.GetFullPath model) |> string

    /// A flow that remembers its files once it is saved as this model file: their paths from its folder.
    let remember (model: string) (files: TrainingFiles) (flow: Flow) : Flow =
        let fromModel (path: string) = Path.GetRelativePath(folderOf model, Path.GetFullPath path)

        let texts = [
            data, Some(fromModel files.Data)
            share, files.ValidationShare |> Option.map Number.format
            validation, files.ValidationData |> Option.map fromModel
        ]

        let recipe =
            texts
            |> List.fold
                (fun (recipe: Map<string, string>) (name, text) -> recipe.Change(name, (fun _ -> text)))
                flow.Recipe

        { flow with Recipe = recipe }

    /// The files that the flow in a model file remembers, if it does.
    let recall (model: string) (flow: Flow) : TrainingFiles option =
        let toModel path = Path.GetRelativePath(".", Path.Combine(folderOf model, path))

        flow.Recipe.TryFind data
        |> Option.map (fun path -> {
            Data = toModel path
            ValidationShare = flow.Recipe.TryFind share |> Option.bind Number.tryParse
            ValidationData = flow.Recipe.TryFind validation |> Option.map toModel
        })

    /// The training rows in files, and the validation rows, if there are any, as the fit of the flow had them.
    let read (files: TrainingFiles) (flow: Flow) : Result<Frame * Frame option, FlowError> =
        let frame path = Csv.read path |> Result.mapError FlowError.Data

        frame files.Data
        |> Result.bind (fun rows ->
            match files.ValidationShare, files.ValidationData with
            | Some share, _ ->
                Fit.check flow.Dag rows
                |> Result.bind (fun () -> Fit.split flow.Provenance.Seed share rows)
                |> Result.map (fun (training, validation) -> training, Some validation)
            | None, Some path -> frame path |> Result.map (fun validation -> rows, Some validation)
            | None, None -> Ok(rows, None))
