namespace BgmFunctional.Data

/// Where a fitted model comes from.
type Provenance = {
    /// The seed of the fit.
    Seed: int64
    /// Rows that it was fitted to.
    Rows: int
    /// Epochs that it took.
    Epochs: int
    /// Version of this library.
    Library: string
}

/// Where fitted models come from.
[<RequireQualifiedAccess>]
module internal Provenance =

    /// Of a fit by this version of the library.
    let ofFit seed rows epochs : Provenance = {
        Seed = seed
        Rows = rows
        Epochs = epochs
        Library = typeof<Provenance>.Assembly.GetName().Version.ToString 3
    }
