// What a long computation carries, kept in a file of a folder of its own, so that it can go on after any end with the same bits. The file is
// replaced as a whole, so a computation that is killed while it writes leaves the checkpoint before.
namespace BgmFunctional.Data

open System
open System.Diagnostics
open System.IO

/// Where a long computation leaves what it carries, how often, and whether it goes on from there.
type CheckpointPlan = {
    /// A folder for this computation alone; it is made in a folder that exists.
    Folder: string
    /// Go on from the checkpoint in the folder, or begin if there is none; otherwise a folder with a checkpoint is refused.
    Resume: bool
    /// Rounds (epochs of a fit, chunks of rows of a prediction) from one checkpoint to the next; none: after the first that ends ten seconds after the last.
    Every: int option
}

/// Saving what a computation carries, and getting it back.
[<RequireQualifiedAccess>]
module Checkpoint =

    /// A beginning in a folder, with a checkpoint every ten seconds or so.
    let plan folder = { Folder = folder; Resume = false; Every = None }

    let private fileName = "checkpoint.safetensors"
    let private version = "1"
    let private pause = TimeSpan.FromSeconds 10.0

    /// The file that the checkpoints of a plan take.
    let path (plan: CheckpointPlan) = Path.Combine(plan.Folder, fileName)

    /// Whether there is a checkpoint to resume.
    let exists (plan: CheckpointPlan) = File.Exists(path plan)

    /// The folder is there and takes files; what a computation that was killed while it wrote has left is gone.
    let private prepare plan =
        let make () =
            try
                let parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath plan.Folder))

                if Directory.Exists plan.Folder then
                    Ok()
                elif File.Exists plan.Folder then
                    Error(DataError.FileUnwritable(plan.Folder, "this is a file; a checkpoint needs a folder."))
                elif Directory.Exists parent then
                    Ok(Directory.CreateDirectory plan.Folder |> ignore)
                else
                    Error(DataError.FolderMissing(plan.Folder, string parent))
            with
            | :? IOException as problem -> Error(DataError.FileUnwritable(plan.Folder, problem.Message))
            | :? UnauthorizedAccessException as problem -> Error(DataError.FileUnwritable(plan.Folder, problem.Message))

        make ()
        |> Result.bind (fun () -> AtomicFile.check (path plan))
        |> Result.map (fun () -> Directory.GetFiles(plan.Folder, $"{fileName}.*.tmp") |> Array.iter File.Delete)

    let private firstDifference (found: Map<string, string>) (wanted: Map<string, string>) =
        let value part (texts: Map<string, string>) = texts.TryFind part |> Option.defaultValue "nothing"

        Seq.append wanted.Keys found.Keys
        |> Seq.tryFind (fun part -> value part found <> value part wanted)
        |> Option.map (fun part -> part, value part found, value part wanted)

    let private read<'Header, 'Tree> path kind (origin: Map<string, string>) (form: 'Header -> 'Tree) content =
        let refuse problem = Error(DataError.BadCheckpoint(path, problem))
        let text key = content.Metadata.TryFind key |> Option.defaultValue ""

        let json key =
            match JsonText.read (text key) with
            | Ok value -> Ok value
            | Error problem -> refuse $"its '{key}' {problem}"

        let foundKind, foundVersion = text "format", text "version"

        if foundKind <> kind then
            Error(DataError.WrongKind(path, foundKind, kind))
        elif foundVersion <> version then
            refuse $"its format has version '{foundVersion}'; here it is {version}"
        else
            json "origin"
            |> Result.bind (fun found ->
                match firstDifference found origin with
                | Some(part, found, wanted) -> Error(DataError.OtherCheckpoint(path, part, found, wanted))
                | None -> json "header")
            |> Result.bind (fun (header: 'Header) ->
                match StoredTree.toTree (form header) content.Tensors with
                | Ok tree -> Ok(Some(header, tree))
                | Error problem -> refuse problem)

    /// What the folder's checkpoint holds, if there is one; makes the folder ready. A checkpoint is refused if it is not to be resumed, is of
    /// another kind, does not have the form of this computation, or has another origin: what its result depends on, as texts by name. The form of
    /// its tensors may depend on its header.
    let loadAs<'Header, 'Tree>
        (plan: CheckpointPlan)
        (kind: string)
        (origin: Map<string, string>)
        (form: 'Header -> 'Tree)
        : Result<('Header * 'Tree) option, DataError> =
        let path = path plan

        prepare plan
        |> Result.bind (fun () ->
            if not (exists plan) then
                Ok None
            elif not plan.Resume then
                Error(DataError.CheckpointInUse path)
            else
                Safetensors.read path
                |> Result.bind (read<'Header, 'Tree> path kind origin form))

    /// The same of a checkpoint whose tensors always have one form.
    let load<'Header, 'Tree> plan kind origin (form: 'Tree) : Result<('Header * 'Tree) option, DataError> =
        loadAs<'Header, 'Tree> plan kind origin (fun _ -> form)

    /// Replaces the folder's checkpoint: a header of numbers, texts, lists and maps, and tensors in any record.
    let save (plan: CheckpointPlan) (kind: string) (origin: Map<string, string>) (header: 'Header) (tree: 'Tree) =
        Safetensors.write (path plan) {
            Tensors = StoredTree.ofTree tree
            Metadata =
                Map [
                    "format", kind
                    "version", version
                    "origin", JsonText.write origin
                    "header", JsonText.write header
                ]
        }

    /// Says after each round whether a checkpoint is due. It counts time only where the plan does not count rounds, and no result depends on it.
    let due (plan: CheckpointPlan) : int -> bool =
        match plan.Every with
        | Some every -> fun round -> round % every = 0
        | None ->
            let watch = Stopwatch.StartNew()

            fun _ ->
                let isDue = watch.Elapsed >= pause

                if isDue then
                    watch.Restart()

                isDue
