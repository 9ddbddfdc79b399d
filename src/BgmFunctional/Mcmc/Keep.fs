// What becomes of draws. A chain's draws come one after another and are gone unless something is made of them here: sums, a thinned trace,
// all of them.
namespace BgmFunctional.Mcmc

open System

/// One of many chains.
[<Struct>]
type Place = {
    /// Number of the chain: row × (chains a row) + which of the row's chains.
    Chain: int
    /// Row of the target's data.
    Row: int
    /// Chains run in shards, each on one thread at a time and its chains ending in an order that only the settings decide: what chains add to
    /// sums of their shard is the same bits on any number of threads. Shards are numbered from 0.
    Shard: int
}

/// A fold over the draws of one chain.
[<AbstractClass>]
type Keep<'Kept>() =
    /// Draw number `index`, from 0, without burn-in and what thinning leaves out. The position, (q), is the chain's own: copy what must last.
    abstract Add: index: int * position: ReadOnlySpan<float> * logDensity: float * info: Info -> unit

    /// After the last draw.
    abstract End: unit -> 'Kept

/// All draws of one chain.
[<NoComparison; NoEquality>]
type Draws = {
    /// q.
    Dimension: int
    /// (draws, q), row-major.
    Positions: float[]
    /// (draws), nats, unnormalised.
    LogDensities: float[]
}

/// Draws.
[<RequireQualifiedAccess>]
module Draws =

    /// The positions one by one, (draws)(q).
    let positions (draws: Draws) : float[][] = Array.chunkBySize draws.Dimension draws.Positions

    /// The trace of coordinate i, (draws).
    let coordinate (i: int) (draws: Draws) : float[] =
        Array.init draws.LogDensities.Length (fun d -> draws.Positions[d * draws.Dimension + i])

/// Posterior mean and standard deviation of each coordinate.
[<NoComparison>]
type MeanAndSd = {
    /// (q).
    Mean: float[]
    /// (q).
    Sd: float[]
}

/// Folds.
[<RequireQualifiedAccess>]
module Keep =

    /// Every draw.
    let draws dimension count (_: Place) : Keep<Draws> =
        let kept = {
            Dimension = dimension
            Positions = Array.zeroCreate (count * dimension)
            LogDensities = Array.zeroCreate count
        }

        {
            new Keep<Draws>() with
                override _.Add(index, position, logDensity, _) =
                    position.CopyTo(Span(kept.Positions, index * dimension, dimension))
                    kept.LogDensities[index] <- logDensity

                override _.End() = kept
        }

    /// Mean and standard deviation, in memory that does not grow with the draws.
    let moments dimension (_: Place) : Keep<MeanAndSd> =
        let moments = Moments dimension

        {
            new Keep<MeanAndSd>() with
                override _.Add(_, position, _, _) = moments.Add position
                override _.End() = { Mean = moments.Mean; Sd = Array.map sqrt moments.Variances }
        }

    /// A function of what another fold keeps, called where the chain ran as soon as it has ended.
    let map (f: Place -> 'a -> 'b) (keep: Place -> Keep<'a>) (place: Place) : Keep<'b> =
        let inner = keep place

        {
            new Keep<'b>() with
                override _.Add(index, position, logDensity, info) = inner.Add(index, position, logDensity, info)
                override _.End() = f place (inner.End())
        }

    /// Two folds of the same draws.
    let both (first: Place -> Keep<'a>) (second: Place -> Keep<'b>) (place: Place) : Keep<'a * 'b> =
        let first, second = first place, second place

        {
            new Keep<'a * 'b>() with
                override _.Add(index, position, logDensity, info) =
                    first.Add(index, position, logDensity, info)
                    second.Add(index, position, logDensity, info)

                override _.End() = first.End(), second.End()
        }
