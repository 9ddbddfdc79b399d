namespace BgmFunctional.Flows

open System.Text.RegularExpressions
open BgmFunctional.Data

/// What is asked of the distribution of an outcome. Levels are given by name or, where none has that name, by code.
[<RequireQualifiedAccess>]
type Statistic =
    /// The mean; of an ordinal node that of the numbers that its levels' names say or, where one says none, of its codes 0 … K − 1.
    | Mean
    /// The probability of a level or a lower one, ordinal nodes only.
    | AtMost of level: string
    /// The probability of a level or a higher one, ordinal nodes only.
    | AtLeast of level: string
    /// The probability of a level, ordinal nodes only.
    | Exactly of level: string
    /// The value below which a share p lies, 0 &lt; p &lt; 1, continuous nodes only.
    | Quantile of p: float

/// A statistic made ready for a node.
type internal Functional =
    /// Σ_k w_k·P(Y = k) of an ordinal node, (K).
    | Weighted of weights: float[]
    /// E Y of a continuous node.
    | Expectation
    /// Where the cdf of a continuous node is p.
    | Share of p: float

/// Statistics and their texts.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Statistic =

    let private levelSet = Regex @"\A\s*level\s*(<=|>=|=)\s*(.*\S)\s*\z"
    let private quantile = Regex @"\A\s*quantile\s*:(.*)\z"

    /// Refuses shares of a distribution that are not between 0 and 1.
    let internal checkShares (shares: float[]) : Result<unit, FlowError> =
        match shares |> Array.tryFind (fun p -> not (p > 0.0 && p < 1.0)) with
        | Some p -> Error(FlowError.BadOption("quantile", string p, "between 0 and 1, both excluded"))
        | None -> Ok()

    /// The text that reads back as the same statistic.
    let format statistic =
        match statistic with
        | Statistic.Mean -> "mean"
        | Statistic.AtMost level -> $"level<={level}"
        | Statistic.AtLeast level -> $"level>={level}"
        | Statistic.Exactly level -> $"level={level}"
        | Statistic.Quantile p -> $"quantile:{Number.format p}"

    /// The statistic that a text says: mean, level&lt;=2, level&gt;=2, level=2, quantile:0.5.
    let parse (text: string) : Result<Statistic, FlowError> =
        let level = levelSet.Match text
        let share = quantile.Match text

        if text.Trim() = "mean" then
            Ok Statistic.Mean
        elif level.Success then
            let name = level.Groups[2].Value

            match level.Groups[1].Value with
            | "<=" -> Ok(Statistic.AtMost name)
            | ">=" -> Ok(Statistic.AtLeast name)
            | _ -> Ok(Statistic.Exactly name)
        else
            match Number.tryParse share.Groups[1].Value with
            | Some p -> checkShares [| p |] |> Result.map (fun () -> Statistic.Quantile p)
            | None ->
                Error(FlowError.BadOption("statistic", $"'{text}'", "mean, level<=k, level>=k, level=k or quantile:p"))

    /// The statistic of a node, refused where it makes no sense there.
    let internal resolve (node: Node) statistic : Result<Functional, FlowError> =
        let wrong kind wanted = Error(FlowError.WrongStatistic(format statistic, node.Name, kind, wanted))

        let weighted level isIn =
            match node.Kind with
            | Continuous _ -> wrong "continuous" "mean or quantile:p"
            | Ordinal levels ->
                match Levels.tryCode level levels with
                | None -> Error(FlowError.NoSuchLevel(format statistic, node.Name, Levels.names levels))
                | Some code ->
                    Array.init (Levels.count levels) (fun k -> if isIn k code then 1.0 else 0.0)
                    |> Weighted
                    |> Ok

        match statistic, node.Kind with
        | Statistic.Mean, Continuous _ -> Ok Expectation
        | Statistic.Mean, Ordinal levels -> Ok(Weighted(List.toArray (Levels.scores levels)))
        | Statistic.AtMost level, _ -> weighted level (<=)
        | Statistic.AtLeast level, _ -> weighted level (>=)
        | Statistic.Exactly level, _ -> weighted level (=)
        | Statistic.Quantile _, Ordinal _ -> wrong "ordinal" "mean, level<=k, level>=k or level=k"
        | Statistic.Quantile p, Continuous _ -> checkShares [| p |] |> Result.map (fun () -> Share p)

    /// The statistic of observed values of a node, levels as codes.
    let ofValues (node: Node) (values: float[]) statistic : Result<float, FlowError> =
        resolve node statistic
        |> Result.map (fun functional ->
            match functional with
            | Weighted weights -> values |> Array.averageBy (fun code -> weights[int code])
            | Expectation -> Array.average values
            | Share p -> Scale.quantile (Array.sort values) p)
