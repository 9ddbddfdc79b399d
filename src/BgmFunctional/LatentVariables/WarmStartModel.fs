// The warm start of generative models by encoding: a generator g makes rows of draws of the prior, an encoder e makes latents of rows, each of the two
// is to undo the other, and a critic on either side tells the made ones from the real ones. Liu and Wong, arXiv:2601.05355.
namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A critic with the moments of its optimiser.
type internal JudgeTraining<'Weights> = { Judge: 'Weights; Adam: Adam.State<'Weights> }

[<RequireQualifiedAccess>]
module internal JudgeTraining =

    let start (critic: 'Weights) : JudgeTraining<'Weights> = { Judge = critic; Adam = Adam.init critic }

    /// One step down a gradient.
    let step adam rate (training: JudgeTraining<'Weights>) gradient : JudgeTraining<'Weights> =
        let critic, moments = Adam.update adam rate gradient training.Adam training.Judge
        { Judge = critic; Adam = moments }

/// What the warm start asks of a model.
[<NoComparison; NoEquality>]
type internal WarmStartModel<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows> = {
    /// q, of z.
    Latents: int
    /// Standard normal numbers that a row is drawn with.
    DrawWidth: int
    /// g, (n, q) -> what `Draw` reads.
    Generator: Architecture<'G, 'GM, 'GN>
    /// e, what `Input` gives -> (n, q).
    Encoder: Architecture<'E, 'EM, 'EN>
    /// Of rows; that of latents is a discriminator.
    Critic: Judge<'D, 'DN>
    /// Equal parts of a batch that the critic of rows judges side by side; 1 where this is short work, or where it normalises by its batch. A batch that
    /// they do not divide is judged as a whole.
    CriticShares: int
    /// What encoder and critic see of rows, (n, p).
    Input: 'Rows -> Tensor
    /// g's outputs, standard normal numbers (n, DrawWidth) and the rows whose places they take, to rows in the form of `Input`.
    Draw: Tensor -> Tensor -> 'Rows -> Tensor
    /// Drawn reconstructions and the rows, to the mean square of their differences, a scalar.
    Misfit: Tensor -> 'Rows -> Tensor
    /// The mean square of the variances among g's outputs, a scalar.
    Spread: Tensor -> Tensor
}

/// All that a warm start carries from one iteration to the next.
type internal WarmStartState<'G, 'GM, 'E, 'EM, 'D> = {
    Generator: NetworkTraining<'G, 'GM>
    Encoder: NetworkTraining<'E, 'EM>
    CriticX: JudgeTraining<'D>
    CriticZ: JudgeTraining<Discriminator>
}

/// The losses of an iteration of a warm start.
type WarmStartLosses = {
    /// Of the critic of rows.
    CriticX: float
    /// Of the critic of latents.
    CriticZ: float
    /// E(0.9 − d_x(x̃))² of rows that g makes of draws.
    FoolX: float
    /// E(0.9 − d_z(e(x)))² of codes.
    FoolZ: float
    /// Mean square of x − g(e(x)), drawn with its noise.
    X: float
    /// Mean square of z − e(x̃).
    Z: float
}

/// Losses.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal WarmStartLosses =

    /// Whether critics and reconstructions are numbers still.
    let isFinite (losses: WarmStartLosses) = Double.IsFinite(losses.X + losses.Z + losses.CriticX + losses.CriticZ)
