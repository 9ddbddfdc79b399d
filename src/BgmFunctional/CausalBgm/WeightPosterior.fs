// FullMCMCCausalBGM: the weights of g, h and f drawn by Hamiltonian Monte Carlo at the fitted latents. Given Z the three are independent: of each network
// log N(weights; 0, I) + Σ over the n rows of its log density.
namespace BgmFunctional.CausalBgm

open System
open System.Threading
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// How weights are drawn.
[<NoComparison; NoEquality>]
type WeightOptions = {
    /// Of each transition.
    LeapfrogSteps: int
    /// At the start.
    StepSize: float
    /// What the step is adapted toward over 80 % of burn-in.
    Acceptance: float
    /// Transitions that are not kept.
    BurnIn: int
    /// Transitions after that.
    Draws: int
    /// Draws that are kept at most, evenly spaced; predictions pass through them.
    Kept: int
    /// Names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Ends the work between two gradients.
    Cancellation: CancellationToken
    /// Called with the gradients that are done and all gradients, now and then.
    Progress: int -> int -> unit
}

/// How the chain of one network's weights went.
type WeightReport = {
    /// Mean acceptance.
    Acceptance: float
    /// The step that burn-in arrived at.
    StepSize: float
    /// Rank-normalised split R-hat of the log density.
    RHat: float
    /// Effective draws of the log density.
    Ess: float
}

/// Options of weights.
[<RequireQualifiedAccess>]
module WeightOptions =

    /// The published ones: three leapfrog steps of 0.01, adapted toward acceptance 0.75, burn-in 1000, 2000 draws; 100 of them are kept. Seed 0, all
    /// processors.
    let defaults = {
        LeapfrogSteps = 3
        StepSize = 0.01
        Acceptance = 0.75
        BurnIn = 1000
        Draws = 2000
        Kept = 100
        Seed = 0L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    let private sampler (options: WeightOptions) =
        Hmc {
            LeapfrogSteps = options.LeapfrogSteps
            StepSize = options.StepSize
            Adapt = Adapt.StepSize options.Acceptance
            Jitter = 0.0
        }

    /// The chain of one network.
    let internal chain (options: WeightOptions) : ChainOptions = {
        ChainOptions.defaults with
            Sampler = sampler options
            BurnIn = options.BurnIn
            Draws = options.Draws
            Thin = SamplingOptions.thin options.Kept options.Draws
            ChainsPerRow = 1
            Cancellation = options.Cancellation
    }

    /// The options, or the first one outside its range.
    let check (options: WeightOptions) : Result<WeightOptions, CausalError> =
        options
        |> Setting.check CausalError.BadOption [
            Setting.atLeast "weight draws" 4 options.Draws
            Setting.require
                "kept weight draws"
                (string options.Kept)
                $"a whole number, 1 to the {options.Draws} draws"
                (options.Kept >= 1 && options.Kept <= options.Draws)
            Setting.threads options.Threads
            Setting.atLeast "burn-in" 0 options.BurnIn
            Setting.sampler (sampler options)
        ]

/// Posteriors of weights.
[<RequireQualifiedAccess>]
module WeightPosterior =

    /// Of one network's weights at latents (n, q): a factor of the joint density, summed over the rows.
    let internal target
        (team: Team)
        (factor: Factor<Observations>)
        (network: Mlp)
        (z: Tensor)
        (data: Observations)
        : Target =
        SumTarget.ofRows team network (z, data) (fun network (z, rows) ->
            let output = Network.applyPlain network (factor.Input z rows)
            Tensor.squeeze 1 (factor.LogDensity output z rows))

    /// Draws of one network, and how its chain went.
    let private draw (options: WeightOptions) tick key (target: Target) (network: Mlp) : Mlp[] * WeightReport =
        let target =
            target
            |> Target.watched (fun () ->
                options.Cancellation.ThrowIfCancellationRequested()
                tick ())

        let chainOptions = { WeightOptions.chain options with Start = Start.At(Vector.ofTree network) }

        use team = new Team(1)

        match
            Chains.run team chainOptions key target (Keep.draws target.Dimension (ChainOptions.kept chainOptions))
        with
        | Ok chains ->
            let chain = Array.exactlyOne chains
            let trace = [| chain.Kept.LogDensities |]

            Draws.positions chain.Kept |> Array.map (Vector.toTree network),
            {
                Acceptance = chain.Report.AcceptanceRate
                StepSize = chain.Report.StepSize
                RHat = Diagnostics.rHat trace
                Ess = Diagnostics.essBulk trace
            }
        | Error error -> invalidOp (McmcError.message error)

    let private sample (options: WeightOptions) (model: CausalModel) (data: Observations) =
        use team = new Team(options.Threads)
        let config = LearningUnits.configure model.Units model.Config
        let data = { LearningUnits.enter model.Units data with U = None }
        let means = posteriorMeans model.Networks
        let drawn = { means with Prior = None }
        let key = Key.OfSeed options.Seed
        let each = 1 + (options.BurnIn + options.Draws) * options.LeapfrogSteps
        let mutable count = 0

        let tick () =
            count <- count + 1
            options.Progress count (3 * each)

        let draws, reports =
            List.zip (Networks.toList { factors config with Prior = None }) (Networks.toList drawn)
            |> List.mapi (fun i (factor, network) ->
                draw options tick (key.Child(int64 i)) (target team factor network model.Latents data) network)
            |> List.unzip

        let draw i = {
            Networks.ofList drawn (draws |> List.map (Array.item i)) with
                Prior = means.Prior
        }

        { model with WeightDraws = List.init draws.Head.Length draw }, Networks.ofList drawn reports

    /// The model with draws of the weights of g, h and f at the latents of its fit, and how their chains went; from then on predictions pass through these
    /// draws. The rows are those of the fit. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run
        (options: WeightOptions)
        (model: CausalModel)
        (data: Observations)
        : Result<CausalModel * Networks<WeightReport>, CausalError> =
        WeightOptions.check options
        |> Result.bind (fun options ->
            let rows = Observations.rows data

            if rows = model.Latents.Shape[0] then
                Ok(sample options model data)
            else
                Error(CausalError.BadOption("rows", string rows, $"those of the fit, {model.Latents.Shape[0]}")))

    /// The same with the rows of the fit as a table.
    let ofFrame (options: WeightOptions) (model: CausalModel) (frame: BgmFunctional.Data.Frame) =
        Dataset.ofParts model.Config.Treatment model.Parts model.Scaling frame
        |> Result.bind (fun dataset -> run options model dataset.Observations)
