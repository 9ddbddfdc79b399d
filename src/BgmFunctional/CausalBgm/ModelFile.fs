// A model of the CausalBGM family as a safetensors file: weights, latents and the effects of its evaluations as arrays, and in the header's metadata
// the configuration, columns, standardisation, history and provenance as JSON. Numbers come back as the same bits.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// A configuration as a model file's JSON says it: choices in words.
type StoredConfig = {
    /// Sizes of the latent's parts.
    Latents: LatentDims
    /// binary or continuous.
    Treatment: string
    /// plain or bayesian.
    Networks: string
    /// fixed-moments or batch-moments.
    Normalisation: string
    /// Hidden units of g.
    GUnits: int list
    /// Hidden units of e.
    EUnits: int list
    /// Hidden units of f.
    FUnits: int list
    /// Hidden units of h.
    HUnits: int list
    /// Hidden units of the critic.
    DzUnits: int list
    /// Of the warm start.
    LearningRate: float
    /// Of networks.
    LearningRateTheta: float
    /// Of latents.
    LearningRateZ: float
    /// For each step of the other networks.
    CriticSteps: int
    /// Of the divergence from the prior.
    KlWeight: float
    /// Weight of ‖z − e(g(z))‖².
    LatentReconstruction: float
    /// A fixed standard deviation, or nothing: learned.
    SigmaV: float list
    /// The same of the treatment.
    SigmaX: float list
    /// The same of the outcome.
    SigmaY: float list
    /// standard-normal or given-u.
    Prior: string
    /// Hidden units of the prior given U.
    PriorUnits: int list
}

/// An evaluation as a model file's JSON says it; its effect is an array of the file.
type StoredEvaluation = {
    /// From 1.
    Epoch: int
    /// Mean square of x − x̂.
    MseX: float
    /// Mean square of y − ŷ.
    MseY: float
    /// Mean square of v − v̂.
    MseV: float
}

/// The arrays of a model.
type private StoredArrays = {
    Encoder: NetworkState
    Networks: Networks<NetworkState>
    Latents: Tensor
    /// Of each evaluation: effects (n), or points of the curve (k, 2).
    Effects: Tensor list
}

/// Saving and loading models of the CausalBGM family.
[<RequireQualifiedAccess>]
module ModelFile =

    let private kind = "bgm.causal-bgm"
    let private version = "1"

    // ---- words for choices ----

    let private treatments = [ "binary", Binary; "continuous", Continuous ]
    let private networkKinds = [ "plain", Plain; "bayesian", Bayesian ]
    let private normalisations = [ "fixed-moments", FixedMoments; "batch-moments", BatchMoments ]
    let private standardNormal = "standard-normal"
    let private givenU = "given-u"
    let private nameOf choices value = choices |> List.find (fun (_, choice) -> choice = value) |> fst

    let private sigmas variance =
        match variance with
        | Learned -> []
        | Fixed sigma -> [ sigma ]

    let private stored (config: Config) : StoredConfig = {
        Latents = config.Latents
        Treatment = nameOf treatments config.Treatment
        Networks = nameOf networkKinds config.Networks
        Normalisation = nameOf normalisations config.Normalisation
        GUnits = config.GUnits
        EUnits = config.EUnits
        FUnits = config.FUnits
        HUnits = config.HUnits
        DzUnits = config.DzUnits
        LearningRate = config.LearningRate
        LearningRateTheta = config.LearningRateTheta
        LearningRateZ = config.LearningRateZ
        CriticSteps = config.CriticSteps
        KlWeight = config.KlWeight
        LatentReconstruction = config.LatentReconstruction
        SigmaV = sigmas config.VVariance
        SigmaX = sigmas config.XVariance
        SigmaY = sigmas config.YVariance
        Prior =
            match config.Prior with
            | StandardNormal -> standardNormal
            | GivenU _ -> givenU
        PriorUnits =
            match config.Prior with
            | StandardNormal -> []
            | GivenU units -> units
    }

    let private effectTensor (evaluation: Evaluation) =
        match evaluation.Effect with
        | Individual effects -> Tensor.ofFloats Float64 [| effects.Length |] effects
        | DoseResponse curve ->
            curve
            |> Array.collect (fun point -> [| point.X; point.Mean |])
            |> Tensor.ofFloats Float64 [| curve.Length; 2 |]

    /// Writes a model, as a whole or not at all.
    let save (path: string) (model: CausalModel) : Result<unit, CausalError> =
        let history: StoredEvaluation list =
            model.History
            |> List.map (fun entry -> {
                Epoch = entry.Epoch
                MseX = entry.Evaluation.MseX
                MseY = entry.Evaluation.MseY
                MseV = entry.Evaluation.MseV
            })

        let auxiliary =
            match model.Networks.Prior with
            | Some prior ->
                (Network.mean prior).Hidden @ [ (Network.mean prior).Output ]
                |> List.head
                |> _.Weight.Shape[0]
            | None -> 0

        let metadata = [
            "format", kind
            "version", version
            "config", JsonText.write (stored model.Config)
            "parts", JsonText.write model.Parts
            "scaling", JsonText.write model.Scaling
            "auxiliary", string auxiliary
            "history", JsonText.write history
            "epoch", string model.Epoch
            "provenance", JsonText.write model.Provenance
        ]

        let arrays = {
            Encoder = model.Encoder
            Networks = model.Networks
            Latents = model.Latents
            Effects = model.History |> List.map (_.Evaluation >> effectTensor)
        }

        Safetensors.write path { Tensors = StoredTree.ofTree arrays; Metadata = Map.ofList metadata }
        |> Result.mapError CausalError.Data

    // ---- loading ----

    let private choice name choices word =
        match List.tryFind (fst >> (=) word) choices with
        | Some(_, value) -> Ok value
        | None ->
            let known = choices |> List.map fst |> String.concat ", "
            Error $"its {name} is '{word}'; known are {known}"

    let private variance sigmas =
        match sigmas with
        | [ sigma ] -> Fixed sigma
        | _ -> Learned

    let private configOf (stored: StoredConfig) : Result<Config, string> =
        let prior =
            choice "prior" [ standardNormal, StandardNormal; givenU, GivenU stored.PriorUnits ] stored.Prior

        match
            choice "treatment" treatments stored.Treatment,
            choice "networks" networkKinds stored.Networks,
            choice "normalisation" normalisations stored.Normalisation,
            prior
        with
        | Ok treatment, Ok networks, Ok normalisation, Ok prior ->
            Config.check {
                Latents = stored.Latents
                Treatment = treatment
                Networks = networks
                Normalisation = normalisation
                GUnits = stored.GUnits
                EUnits = stored.EUnits
                FUnits = stored.FUnits
                HUnits = stored.HUnits
                DzUnits = stored.DzUnits
                LearningRate = stored.LearningRate
                LearningRateTheta = stored.LearningRateTheta
                LearningRateZ = stored.LearningRateZ
                CriticSteps = stored.CriticSteps
                KlWeight = stored.KlWeight
                LatentReconstruction = stored.LatentReconstruction
                VVariance = variance stored.SigmaV
                XVariance = variance stored.SigmaX
                YVariance = variance stored.SigmaY
                Prior = prior
            }
            |> Result.mapError CausalError.message
        | Error problem, _, _, _
        | _, Error problem, _, _
        | _, _, Error problem, _
        | _, _, _, Error problem -> Error problem

    let private entry key (metadata: Map<string, string>) =
        match metadata.TryFind key with
        | Some text -> Ok text
        | None -> Error $"its metadata have no '{key}'; save it again"

    let private json<'T> key metadata =
        entry key metadata
        |> Result.bind (JsonText.read<'T> >> Result.mapError (fun problem -> $"its '{key}' {problem}"))

    let private checkScaling (parts: Parts) (scaling: Scaling) =
        let isUsable =
            scaling.Means.Length = parts.Covariates.Length
            && scaling.Deviations.Length = parts.Covariates.Length
            && Array.forall Double.IsFinite scaling.Means
            && scaling.Deviations
               |> Array.forall (fun deviation -> deviation > 0.0 && Double.IsFinite deviation)

        if isUsable && not parts.Covariates.IsEmpty then
            Ok()
        else
            Error "its scaling is not of its covariates"

    let private checkEpoch epoch (history: StoredEvaluation list) =
        if history |> List.exists (fun entry -> entry.Epoch = epoch) then
            Ok()
        else
            Error $"its history has no epoch {epoch}, whose weights it holds"

    /// The form of the arrays, once it is known that the file can hold them.
    let private form (config: Config) (parts: Parts) auxiliary rows evaluations (arrays: Map<string, StoredArray>) =
        let covariates, q = parts.Covariates.Length, LatentDims.total config.Latents
        let held = arrays.Values |> Seq.sumBy (StoredArray.count >> float)

        let priorUnits =
            match config.Prior with
            | StandardNormal -> []
            | GivenU units -> units

        let largest =
            [
                q :: config.GUnits @ [ covariates + 1 ]
                covariates :: config.EUnits @ [ q ]
                q :: config.FUnits @ [ 2 ]
                q :: config.HUnits @ [ 2 ]
                auxiliary :: priorUnits @ [ q ]
                [ rows; q ]
            ]
            |> List.collect List.pairwise
            |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
            |> List.max

        let effects =
            List.init evaluations (fun i -> arrays.TryFind $"Effects.{i}" |> Option.map StoredArray.shape)

        if largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        elif effects |> List.exists Option.isNone then
            Error "its history and its effects are not of the same evaluations"
        else
            let key = Key.OfSeed 0L

            Ok {
                Encoder = Model.initEncoder key config covariates
                Networks = Model.init key config covariates auxiliary
                Latents = Tensor.fill Float32 [| rows; q |] 0.0
                Effects =
                    effects
                    |> List.map (fun shape -> Tensor.fill Float64 (List.toArray shape.Value) 0.0)
            }

    let private effectOf (config: Config) (effect: Tensor) =
        match config.Treatment, effect.Shape with
        | Binary, [| _ |] -> Ok(Individual(Tensor.toArray effect))
        | Continuous, [| _; 2 |] ->
            Tensor.toArray effect
            |> Array.chunkBySize 2
            |> Array.map (fun point -> { X = point[0]; Mean = point[1] })
            |> DoseResponse
            |> Ok
        | _ -> Error "its effects are not those of its kind of treatment"

    let private whole key metadata =
        entry key metadata
        |> Result.bind (fun text ->
            match Int32.TryParse text with
            | true, value when value >= 0 -> Ok value
            | _ -> Error $"its '{key}' is no whole number")

    let private checkFinite arrays =
        arrays
        |> Array.tryFind (snd >> Tensor.toArray >> Array.forall Double.IsFinite >> not)
        |> Option.map (fun (place, _) -> Error $"array '{place}' holds a number that is not finite")
        |> Option.defaultValue (Ok())

    let private ofContent (content: Safetensors) : Result<CausalModel, string> =
        let metadata = content.Metadata

        match
            json<StoredConfig> "config" metadata |> Result.bind configOf,
            json<Parts> "parts" metadata,
            json<Scaling> "scaling" metadata,
            whole "auxiliary" metadata,
            json<StoredEvaluation list> "history" metadata,
            whole "epoch" metadata,
            json<BgmFunctional.Flows.Provenance> "provenance" metadata
        with
        | Ok config, Ok parts, Ok scaling, Ok auxiliary, Ok history, Ok epoch, Ok provenance ->
            checkScaling parts scaling
            |> Result.bind (fun () -> checkEpoch epoch history)
            |> Result.bind (fun () ->
                form config parts auxiliary provenance.Rows history.Length (Map.ofList content.Tensors))
            |> Result.bind (fun form -> StoredTree.toTree form content.Tensors)
            |> Result.bind (fun arrays ->
                let weights = Tree.namedLeaves (arrays.Encoder, arrays.Networks, arrays.Latents)
                checkFinite weights |> Result.map (fun () -> arrays))
            |> Result.bind (fun arrays ->
                arrays.Effects
                |> BgmFunctional.Flows.Result.traverse (effectOf config)
                |> Result.map (fun effects -> {
                    Config = config
                    Parts = parts
                    Scaling = scaling
                    Encoder = arrays.Encoder
                    Networks = arrays.Networks
                    Latents = arrays.Latents
                    History =
                        List.map2
                            (fun (stored: StoredEvaluation) effect -> {
                                Epoch = stored.Epoch
                                Evaluation = {
                                    MseX = stored.MseX
                                    MseY = stored.MseY
                                    MseV = stored.MseV
                                    Effect = effect
                                }
                            })
                            history
                            effects
                    Epoch = epoch
                    Provenance = provenance
                }))
        | Error problem, _, _, _, _, _, _
        | _, Error problem, _, _, _, _, _
        | _, _, Error problem, _, _, _, _
        | _, _, _, Error problem, _, _, _
        | _, _, _, _, Error problem, _, _
        | _, _, _, _, _, Error problem, _
        | _, _, _, _, _, _, Error problem -> Error problem

    let private checkKind path (content: Safetensors) =
        match content.Metadata.TryFind "format", content.Metadata.TryFind "version" with
        | Some found, Some known when found = kind && known = version -> Ok content
        | Some found, Some other when found = kind ->
            Error(CausalError.BadModelFile(path, $"its format has version {other}; {version} is known here"))
        | Some found, _ -> Error(CausalError.Data(DataError.WrongKind(path, found, kind)))
        | None, _ -> Error(CausalError.Data(DataError.WrongKind(path, "arrays without a format", kind)))

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<CausalModel, CausalError> =
        Safetensors.read path
        |> Result.mapError CausalError.Data
        |> Result.bind (checkKind path)
        |> Result.bind (
            ofContent
            >> Result.mapError (fun problem -> CausalError.BadModelFile(path, problem))
        )
