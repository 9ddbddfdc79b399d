namespace BgmFunctional.Mcmc

open System.Threading

/// Where a chain has ended: what another run needs to go on from there.
[<NoComparison>]
type ChainEnd = {
    /// (q).
    Position: float[]
    /// The step that burn-in arrived at.
    StepSize: float
    /// (q), the diagonal of the inverse mass matrix that burn-in arrived at.
    InverseMass: float[]
}

/// Where chains begin.
[<RequireQualifiedAccess; NoComparison>]
type Start =
    /// Each coordinate from N(0, 1).
    | StandardNormal
    /// (chains, q), row-major.
    | At of positions: float[]
    /// Where the chains of another run of this sampler have ended, in order. They keep their step and mass: burn-in only moves them, to another target
    /// perhaps.
    | After of ends: ChainEnd[]

/// How chains are run.
[<NoComparison; NoEquality>]
type ChainOptions = {
    /// Kind of transitions.
    Sampler: Sampler
    /// Transitions that tune the sampler and are not kept.
    BurnIn: int
    /// Transitions after burn-in.
    Draws: int
    /// Every so many of them one is kept.
    Thin: int
    /// Chains for each row of the target.
    ChainsPerRow: int
    /// Where they begin.
    Start: Start
    /// Chains of one batch; none: 128, fewer if there are few chains. No chain's draws depend on it.
    Seats: int option
    /// Ends the run between two batches.
    Cancellation: CancellationToken
    /// Called with the chains that have ended and all chains, now and then, by one thread at a time.
    Progress: int -> int -> unit
}

/// Options of chains.
[<RequireQualifiedAccess>]
module ChainOptions =
    /// NUTS, four chains a row from N(0, I), 1000 transitions of burn-in and 1000 draws, all kept.
    let defaults = {
        Sampler = Nuts NutsOptions.defaults
        BurnIn = 1000
        Draws = 1000
        Thin = 1
        ChainsPerRow = 4
        Start = Start.StandardNormal
        Seats = None
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    /// Draws of each chain that are kept.
    let kept options = options.Draws / options.Thin

    let private atLeast low name value =
        if value < low then
            [ McmcError.BadOption(name, string value, $"a whole number, at least {low}") ]
        else
            []

    /// The options, or the first one outside its range.
    let check (target: Target) (options: ChainOptions) : Result<ChainOptions, McmcError> =
        let chains = target.Rows * options.ChainsPerRow

        let start =
            match options.Start with
            | Start.At positions when positions.Length <> chains * target.Dimension -> [
                McmcError.WrongStart(positions.Length, chains, target.Dimension)
              ]
            | Start.After ends when ends.Length <> chains -> [ McmcError.WrongEnds(ends.Length, chains) ]
            | _ -> []

        let problems =
            Sampler.problems options.Sampler
            @ atLeast 0 "burn-in" options.BurnIn
            @ atLeast 1 "draws" options.Draws
            @ atLeast 1 "thinning" options.Thin
            @ (if options.Thin > options.Draws then
                   [ McmcError.BadOption("thinning", string options.Thin, $"at most the {options.Draws} draws") ]
               else
                   [])
            @ atLeast 1 "chains a row" options.ChainsPerRow
            @ (options.Seats |> Option.map (atLeast 1 "seats") |> Option.defaultValue [])
            @ start

        match problems with
        | [] -> Ok options
        | problem :: _ -> Error problem
