namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Data

/// A fitted model of the CausalBGM family.
type CausalModel = {
    /// What was fitted.
    Config: Config
    /// The columns it was fitted to.
    Parts: Parts
    /// What standardises covariates.
    Scaling: Scaling
    /// In which units its networks see treatment and outcome.
    Units: LearningUnits
    /// Where its auxiliary variable comes from, if the prior is given one.
    Auxiliary: Auxiliary option
    /// e, V → Z.
    Encoder: NetworkState
    /// g, h, f, and the prior network if there is one.
    Networks: Networks<NetworkState>
    /// Z of the rows of the fit, (n, q).
    Latents: Tensor
    /// Draws of the weights of g, h and f by Hamiltonian Monte Carlo, if they were asked for: FullMCMCCausalBGM.
    WeightDraws: Networks<Mlp> list
    /// The evaluations, in order.
    History: HistoryEntry list
    /// The epoch whose weights and latents these are.
    Epoch: int
    /// How it was fitted: options by their published names, as JSON.
    Training: (string * string) list
    /// Where it comes from.
    Provenance: Provenance
}

/// Fitted models.
[<RequireQualifiedAccess>]
module CausalModel =

    /// Every setting of its fit by its published name, as JSON.
    let settings (model: CausalModel) : (string * string) list =
        let segments =
            match model.Auxiliary with
            | Some(Auxiliary.RandomSegments count) -> count
            | _ -> Settings.defaultSegments

        Settings.listModel model.Config segments (not model.WeightDraws.IsEmpty)
        @ model.Training

    /// What speaks against it, one line each.
    let warnings (model: CausalModel) : string list = model.Auxiliary |> Option.bind Auxiliary.warning |> Option.toList
