// How a flow is fitted, as texts by name: a model file keeps them, so that a bootstrap can fit again, and a checkpoint, so that it is resumed by
// the same fit alone.
namespace BgmFunctional.Flows

open System
open System.Globalization
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A way to fit a flow.
type Recipe =
    /// The exact maximum of the likelihood, Classical.fit.
    | Exact
    /// Training, Fit.run.
    | Trained of FitOptions

/// Recipes as texts.
[<RequireQualifiedAccess>]
module Recipe =

    /// An option by its name: its text, and options with what a text says.
    [<NoComparison; NoEquality>]
    type private Entry = {
        Name: string
        Write: FitOptions -> string
        Read: string -> FitOptions -> FitOptions option
    }

    let private parsed (success, value) = if success then Some value else None

    let private whole (text: string) =
        Int32.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        |> parsed

    let private long (text: string) =
        Int64.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        |> parsed

    let private truth (text: string) = Boolean.TryParse text |> parsed

    let private schedules = [ Constant, "constant"; OneCycle, "one-cycle"; Cosine, "cosine" ]

    let private writeSchedule schedule =
        match schedule with
        | Plateau patience -> $"plateau {patience}"
        | other -> schedules |> List.find (fst >> (=) other) |> snd

    let private readSchedule (text: string) =
        match text.Split ' ' with
        | [| "plateau"; patience |] -> whole patience |> Option.map Plateau
        | _ -> schedules |> List.tryFind (snd >> (=) text) |> Option.map fst

    let private writeUnits (units: int list) = units |> List.map string |> String.concat "-"

    let private readUnits (text: string) =
        let counts = text.Split('-', StringSplitOptions.RemoveEmptyEntries) |> Array.map whole

        if Array.forall Option.isSome counts then
            Some(Array.choose id counts |> List.ofArray)
        else
            None

    let private entry name write read set = {
        Name = name
        Write = write
        Read = fun text options -> read text |> Option.map (set options)
    }

    let private never = "never"

    let private entries = [
        entry "epochs" (fun o -> string o.Epochs) whole (fun o value -> { o with Epochs = value })
        entry "learning rate" (fun o -> Number.format o.LearningRate) Number.tryParse (fun o value -> {
            o with
                LearningRate = value
        })
        entry "batch size" (fun o -> string o.BatchSize) whole (fun o value -> { o with BatchSize = value })
        entry "schedule" (fun o -> writeSchedule o.Schedule) readSchedule (fun o value -> { o with Schedule = value })
        entry
            "freeze patience"
            (fun o -> o.FreezePatience |> Option.map string |> Option.defaultValue never)
            (fun text -> if text = never then Some None else whole text |> Option.map Some)
            (fun o value -> { o with FreezePatience = value })
        entry "restore best" (fun o -> string o.RestoreBest) truth (fun o value -> { o with RestoreBest = value })
        entry "marginal start" (fun o -> string o.MarginalInit) truth (fun o value -> { o with MarginalInit = value })
        entry "seed" (fun o -> string o.Seed) long (fun o value -> { o with Seed = value })
        entry "intercept units" (fun o -> writeUnits o.Units.Intercept) readUnits (fun o value -> {
            o with
                Units = { o.Units with Intercept = value }
        })
        entry "shift units" (fun o -> writeUnits o.Units.Shift) readUnits (fun o value -> {
            o with
                Units = { o.Units with Shift = value }
        })
        entry "activation" (fun o -> Activation.format o.Units.Activation) Activation.parse (fun o value -> {
            o with
                Units = { o.Units with Activation = value }
        })
    ]

    let private method, private exact, private training = "method", "exact", "training"

    /// The names of what the rows leave of themselves in the texts.
    let internal trainingRows, internal validationRows = "training rows", "validation rows"

    /// Rows of numbers at a glance.
    let internal describe (columns: float[][]) = $"{columns[0].Length} rows, {Fingerprint.ofColumns columns}"

    /// The texts of a fit to these rows.
    let internal ofFit (recipe: Recipe) (rows: float[][]) (validation: float[][] option) : Map<string, string> =
        Map [
            trainingRows, describe rows

            match validation with
            | Some validation -> validationRows, describe validation
            | None -> ()

            match recipe with
            | Exact -> method, exact
            | Trained options ->
                method, training

                for entry in entries do
                    entry.Name, entry.Write options
        ]

    let private readEntry (texts: Map<string, string>) options entry =
        options
        |> Result.bind (fun options ->
            match texts.TryFind entry.Name with
            | None -> Error(FlowError.NoRecipe $"its {entry.Name} is missing")
            | Some text ->
                match entry.Read text options with
                | Some options -> Ok options
                | None -> Error(FlowError.NoRecipe $"its {entry.Name} is '{text}'"))

    /// How a flow was fitted; threads, progress, cancellation and checkpoints are as in the defaults. Refused for a flow out of a file of an
    /// earlier release, which did not say.
    let ofFlow (flow: Flow) : Result<Recipe, FlowError> =
        match flow.Recipe.TryFind method with
        | Some found when found = exact -> Ok Exact
        | Some found when found = training ->
            entries
            |> List.fold (readEntry flow.Recipe) (Ok FitOptions.defaults)
            |> Result.map Trained
        | Some found -> Error(FlowError.NoRecipe $"its method is '{found}'")
        | None -> Error(FlowError.NoRecipe "it was saved by an earlier release")
