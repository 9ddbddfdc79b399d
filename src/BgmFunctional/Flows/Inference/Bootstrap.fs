// The nonparametric bootstrap: the whole fit is done again on rows drawn with replacement, and what varies from refit to refit is what another
// sample of rows would have changed. Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 13.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Optim

/// The refits of a flow to resampled rows.
type Bootstrap = {
    /// The refits that came to an end, without histories.
    Flows: Flow[]
    /// Refits in all.
    Refits: int
    /// Refits, from 1, that are left out, and why: rows that cannot be fitted to, a search without a maximum, a coefficient that the rows leave open.
    Failures: (int * string) list
    /// Refits, from 1, in which a coefficient runs off to infinity, and which. They are kept: what they say about values is the limit, and to leave
    /// them out would bias every interval.
    Separated: (int * string) list
}

/// Bootstraps, and intervals from them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Bootstrap =

    /// With fewer, the ends of an interval are single refits.
    let private leastRefits = 20

    let private mostRefits = 100_000

    // ---- one refit --------------------------------------------------------------------------------------------------

    /// As many rows, drawn with replacement.
    let internal resample (key: Key) (rows: Frame) : Frame =
        let n = Frame.rowCount rows
        let u = Array.zeroCreate<float> n
        Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span u)
        Frame.take (u |> Array.map (fun u -> int (u * float n))) rows

    /// A recipe for one thread that starts from a flow.
    let private warm epochs (options: FitOptions) = {
        options with
            Epochs = epochs
            Schedule = Cosine
            FreezePatience = None
    }

    /// The flow fitted to resampled rows, and the coefficients that run off to infinity; or what has failed.
    let private refit team (key: Key) (options: BootstrapOptions) recipe (flow: Flow) training validation =
        let training = resample (key.Child 0L) training
        let validation = validation |> Option.map (resample (key.Child 1L))

        match recipe with
        | Exact ->
            match Classical.refit team (Some flow) flow.Dag training with
            | Error error -> Error(FlowError.message error)
            | Ok(_, findings) when not findings.Faults.IsEmpty -> Error(String.concat "; " findings.Faults)
            | Ok(result, findings) -> Ok(result.Flow, findings.Separations)
        | Trained fit ->
            let fit = {
                fit with
                    Threads = 1
                    Seed = int64 (key.Child 2L).Low
                    Checkpoint = None
                    Cancellation = options.Cancellation
                    Progress = ignore
            }

            let start, fit =
                match options.WarmEpochs with
                | Some epochs -> Some flow, warm epochs fit
                | None -> None, fit

            match Fit.from start flow.Dag fit training validation with
            | Error error -> Error(FlowError.message error)
            | Ok result -> Ok(result.Flow, [])

    // ---- all of them ------------------------------------------------------------------------------------------------

    let private check (options: BootstrapOptions) recipe : Result<unit, FlowError> =
        let refuse name found wanted = Error(FlowError.BadOption(name, string<int> found, wanted))

        match options.WarmEpochs, recipe with
        | _ when options.Refits < leastRefits -> refuse "refits" options.Refits $"at least {leastRefits}"
        | _ when options.Refits > mostRefits -> refuse "refits" options.Refits $"at most {mostRefits}"
        | Some epochs, Exact -> refuse "warm epochs" epochs "left out: a classical fit has no epochs"
        | Some epochs, Trained _ when epochs < 1 -> refuse "warm epochs" epochs "a whole number, at least 1"
        | _ -> Ok()

    /// The rows are those that the flow was fitted to, if it says which these were.
    let private checkRows (flow: Flow) (rows: float[][]) (validation: float[][] option) : Result<unit, FlowError> =
        let same part (found: string option) =
            let text = Option.defaultValue "none"

            if flow.Recipe.IsEmpty || found = flow.Recipe.TryFind part then
                Ok()
            else
                Error(FlowError.OtherRows(part, text found, text (flow.Recipe.TryFind part)))

        same Recipe.trainingRows (Some(Recipe.describe rows))
        |> Result.bind (fun () -> same Recipe.validationRows (Option.map Recipe.describe validation))

    let private reasons (failures: (int * string) list) =
        let shown = 3
        let groups = failures |> List.countBy snd |> List.sortByDescending snd

        let texts =
            groups
            |> List.truncate shown
            |> List.map (fun (reason, count) -> $"{reason} ({count})")

        let more =
            if groups.Length > shown then
                [ $"{groups.Length - shown} other reasons" ]
            else
                []

        String.concat "; " (texts @ more)

    /// Fits a flow again and again to rows drawn from its own with replacement, by its recipe, on the team's threads, each refit on one. Refit i
    /// depends on the key and on i alone. Validation rows are resampled beside the training rows, so that none is in both. Refused if more than
    /// half of the refits fail, or fewer than 20 are left.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run
        (team: Team)
        (key: Key)
        (options: BootstrapOptions)
        (recipe: Recipe)
        (flow: Flow)
        (training: Frame)
        (validation: Frame option)
        : Result<Bootstrap, FlowError> =
        let finish (results: Result<Flow * string list, string>[]) =
            let numbered pick =
                results
                |> Seq.indexed
                |> Seq.collect (fun (i, result) -> pick result |> List.map (fun text -> i + 1, text))
                |> List.ofSeq

            let failures =
                numbered (fun result ->
                    match result with
                    | Error reason -> [ reason ]
                    | Ok _ -> [])

            let separated =
                numbered (fun result ->
                    match result with
                    | Ok(_, separations) -> separations
                    | Error _ -> [])

            let left = options.Refits - failures.Length

            if failures.Length > left || left < leastRefits then
                Error(FlowError.BootstrapFailed(options.Refits, failures.Length, reasons failures))
            else
                Ok {
                    Flows = results |> Array.choose Result.toOption |> Array.map fst
                    Refits = options.Refits
                    Failures = failures
                    Separated = separated
                }

        let refits () =
            let results = Array.zeroCreate options.Refits
            let gate = obj ()
            let mutable progress = { Done = 0; Failed = 0; Refits = options.Refits }

            let report (result: Result<_, _>) =
                lock gate (fun () ->
                    progress <- {
                        progress with
                            Done = progress.Done + 1
                            Failed = progress.Failed + (if result.IsError then 1 else 0)
                    }

                    options.Progress progress)

            team.Run(
                options.Refits,
                fun i ->
                    options.Cancellation.ThrowIfCancellationRequested()

                    let result =
                        refit team (key.Child(int64 i)) options recipe flow training validation
                        |> Result.map (fun (flow, separations) -> { flow with History = [] }, separations)

                    results[i] <- result
                    report result
            )

            finish results

        check options recipe
        |> Result.bind (fun () -> TrainingRows.encode flow.Dag training)
        |> Result.bind (fun (rows, scales) ->
            TrainingRows.encodeValidation flow.Dag scales validation
            |> Result.bind (checkRows flow rows))
        |> Result.bind refits

    /// What there is to say about refits that failed or are separated, one line each; nothing if all went well.
    let warnings (bootstrap: Bootstrap) : string list = [
        let failed = bootstrap.Failures.Length
        let separated = bootstrap.Separated |> List.distinctBy fst |> List.length

        if failed > 0 then
            $"{failed} of {bootstrap.Refits} refits failed and are left out: {reasons bootstrap.Failures}"

        if separated > 0 then
            $"in {separated} of {bootstrap.Refits} refits a coefficient runs off to infinity: {reasons bootstrap.Separated}"
    ]

    // ---- intervals --------------------------------------------------------------------------------------------------

    /// The answers of the refits to a question that has k numbers for an answer, (refits)(k). A number that is not finite is refused.
    let answers
        (team: Team)
        (question: Flow -> Result<float[], FlowError>)
        (bootstrap: Bootstrap)
        : Result<float[][], FlowError> =
        let found = Array.zeroCreate bootstrap.Flows.Length
        team.Run(found.Length, fun i -> found[i] <- question bootstrap.Flows[i])

        List.ofArray found
        |> List.indexed
        |> Result.traverse (fun (i, answer) ->
            answer
            |> Result.bind (fun numbers ->
                match Array.tryFind (Double.IsFinite >> not) numbers with
                | Some odd -> Error(FlowError.NoAnswer(i + 1, string odd))
                | None -> Ok numbers))
        |> Result.map Array.ofList

    /// The percentile interval of each of the k numbers of an answer: the quantiles (1 − level)/2 and (1 + level)/2 of the refits' answers, linear
    /// between order statistics (R type 7).
    let interval
        (team: Team)
        (level: float)
        (question: Flow -> Result<float[], FlowError>)
        (bootstrap: Bootstrap)
        : Result<(float * float)[], FlowError> =
        let ends numbers =
            let sorted = Array.sort numbers
            Scale.quantile sorted (0.5 * (1.0 - level)), Scale.quantile sorted (0.5 * (1.0 + level))

        if level > 0.0 && level < 1.0 then
            answers team question bootstrap
            |> Result.map (Array.transpose >> Array.map ends)
        else
            Error(FlowError.BadOption("level", string level, "a number between 0 and 1"))
