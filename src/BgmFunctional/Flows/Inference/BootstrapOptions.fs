namespace BgmFunctional.Flows

open System.Threading

/// How far a bootstrap has come.
type BootstrapProgress = {
    /// Refits done, failed ones among them.
    Done: int
    /// Refits that failed.
    Failed: int
    /// Refits in all.
    Refits: int
}

/// How a bootstrap is done.
[<RequireQualifiedAccess>]
type BootstrapOptions = {
    /// Refits, each to as many rows as the fit had, drawn from them with replacement.
    Refits: int
    /// Of a trained flow: epochs of each refit from the flow's own weights and scales, its rate falling along half a cosine to 0. None: the whole
    /// recipe from fresh weights, with a seed of each refit's own, so that intervals hold what the weights at the start and the order of rows
    /// change, too. A warm start leaves that out, and what so many epochs cannot reach: it is quicker, and its intervals are narrower.
    WarmEpochs: int option
    /// Ends the bootstrap between two refits, or two epochs of one.
    Cancellation: CancellationToken
    /// Called after every refit, by one thread at a time, but not always the same.
    Progress: BootstrapProgress -> unit
}

/// Options of bootstraps.
[<RequireQualifiedAccess>]
module BootstrapOptions =
    /// 200 refits, each a whole fit.
    let defaults: BootstrapOptions = {
        Refits = 200
        WarmEpochs = None
        Cancellation = CancellationToken.None
        Progress = ignore
    }
