/// How laws are checked: on the same random inputs in every run, so that a red run is a change's doing and not chance's. With BGM_FRESH_LAWS set
/// the inputs are new ones, for a soak.
[<RequireQualifiedAccess>]
module Law

open System
open FsCheck

/// FsCheck's generator wants an odd second number.
let private replay (config: Config) =
    if String.IsNullOrEmpty(Environment.GetEnvironmentVariable "BGM_FRESH_LAWS") then
        config.WithReplay(20261122UL, 1000003UL)
    else
        config

/// So many cases.
let config cases = replay (Config.QuickThrowOnFailure.WithMaxTest cases)

/// A hundred cases.
let check law = Check.One(config 100, law)
