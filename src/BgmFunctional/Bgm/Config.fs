namespace BgmFunctional.Bgm

open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// The covariance of a row's cells given its latent.
[<RequireQualifiedAccess>]
type Covariance =
    /// Cells are independent of each other.
    | Diagonal
    /// diag σ²(z) + U(z)·U(z)ᵀ, U of this many columns.
    | LowRank of rank: int

/// Covariances.
[<RequireQualifiedAccess>]
module Covariance =

    /// Columns of U.
    let rank covariance =
        match covariance with
        | Covariance.Diagonal -> 0
        | Covariance.LowRank rank -> rank

/// Where generator and encoder begin.
type NetworkStart =
    /// At random weights, as published.
    | RandomWeights
    /// At the linear maps of a factor analysis of the table.
    | Factors

/// A generative model of tables: everything that decides what is learned, but not how long. Names in backquotes are those of the published package, whose
/// x_dim is here the number of columns of the matrix that a table becomes.
type Config = {
    /// `z_dim`: numbers of a row's latent.
    Latents: int
    /// `use_bnn`: what the generator's weights are.
    Networks: NetworkKind
    /// How the generator normalises z in training. The published package has batch normalisation there; here fixed moments, those of the prior N(0, I), are
    /// the default: the moments of 32 latents move every row of a batch, which the generator could only take for noise of the cells.
    Normalisation: InputNormalisation
    /// Where latents go in iterative updating. Published are maximised ones, which need many columns for each latent: with few, a latent comes to spell out a
    /// cell, whose variance then vanishes.
    Updates: LatentUpdates
    /// Of cells given z; published is the diagonal one.
    Covariance: Covariance
    /// `g_units`: hidden units of the generator, z → x.
    GUnits: int list
    /// `e_units`: hidden units of the encoder, x → z.
    EUnits: int list
    /// `dz_units`: hidden units of the critic of latents.
    DzUnits: int list
    /// `dx_units`: hidden units of the critic of rows.
    DxUnits: int list
    /// Where the networks begin.
    Start: NetworkStart
    /// β of β-NLL in iterative updating: gradients of the generator count σ^(2β) times as much, cell by cell; 0, as published, is the likelihood's, 1 that
    /// of squared errors, with which columns of little noise do not drown the others.
    VariancePower: float
    /// How fast networks and latents learn; the schedule is of the generator's rate in iterative updating.
    Rates: LearningRates
    /// What the warm start weighs beside its misfits.
    Penalties: WarmStartPenalties
}

/// Configurations.
[<RequireQualifiedAccess>]
module Config =

    /// The published defaults, with ten latents.
    let defaults: Config = {
        Latents = 10
        Networks = Plain
        Normalisation = FixedMoments
        Updates = Maximised
        Covariance = Covariance.Diagonal
        GUnits = [ 64; 64; 64; 64; 64 ]
        EUnits = [ 64; 64; 64; 64; 64 ]
        DzUnits = [ 64; 32; 8 ]
        DxUnits = [ 64; 32; 8 ]
        Start = RandomWeights
        VariancePower = 0.0
        Rates = {
            WarmStart = 1e-3
            Theta = 5e-3
            Z = 5e-3
            Schedule = Constant
            CriticSteps = 1
            KlWeight = KlWeight.Absolute 5e-5
        }
        Penalties = { Gamma = 0.0; Alpha = 0.0 }
    }

    /// The generator begins at the best linear one and its rate falls to 0; latents are drawn, not maximised, so that rows are not learned by heart; and
    /// columns count alike, however little their noise.
    let recommended = {
        defaults with
            Updates = Langevin
            Start = Factors
            GUnits = [ 64; 64; 64 ]
            VariancePower = 1.0
            Rates.Theta = 2e-3
            Rates.Schedule = Cosine
    }

    /// More of either is more than a row of a table says.
    let private mostLatents, private mostRank = 1024, 64

    /// Settings outside their ranges.
    let internal problems (config: Config) =
        let rank =
            match config.Covariance with
            | Covariance.Diagonal -> None
            | Covariance.LowRank rank -> Setting.between "rank" 1 mostRank rank

        let carrying name units =
            let least = LinearStart.units config.Latents

            match config.Start with
            | RandomWeights -> None
            | Factors ->
                units
                |> List.tryFind (fun count -> count < least)
                |> Option.map (fun count ->
                    $"{name} units",
                    string count,
                    $"at least {least}, two for each latent, to begin at factors; or fewer latents")

        [
            Setting.between "latents" 1 mostLatents config.Latents
            rank
            Setting.units "g" config.GUnits
            Setting.units "e" config.EUnits
            carrying "g" config.GUnits
            carrying "e" config.EUnits
            Setting.units "dz" config.DzUnits
            Setting.units "dx" config.DxUnits
            Setting.require
                "variance power"
                (string config.VariancePower)
                "a number from 0 to 1"
                (config.VariancePower >= 0.0 && config.VariancePower <= 1.0)
            yield! LearningRates.problems config.Rates
            yield! WarmStartPenalties.problems config.Penalties
        ]

    /// The configuration, or the first setting outside its range.
    let check (config: Config) : Result<Config, BgmError> = Setting.check BgmError.BadOption (problems config) config
