namespace BgmFunctional.Checks

/// What given columns explain linearly.
[<NoComparison; NoEquality>]
type internal Span = {
    /// Orthonormal, (k)(n).
    Columns: float[][]
    /// The share of each row's own value in what is explained of it, (n), from 0 to 1.
    Leverage: float[]
}

/// Least squares by orthonormal columns.
[<RequireQualifiedAccess>]
module internal Span =

    /// In four sums, which do not wait for each other.
    let private dot (x: float[]) (y: float[]) =
        let mutable a, b, c, d = 0.0, 0.0, 0.0, 0.0
        let whole = x.Length - x.Length % 4
        let mutable i = 0

        while i < whole do
            a <- a + x[i] * y[i]
            b <- b + x[i + 1] * y[i + 1]
            c <- c + x[i + 2] * y[i + 2]
            d <- d + x[i + 3] * y[i + 3]
            i <- i + 4

        for i in whole .. x.Length - 1 do
            a <- a + x[i] * y[i]

        (a + b) + (c + d)

    let private norm x = sqrt (dot x x)

    /// What is left of a column shorter than this, beside the column, is rounding.
    let private vanishing = 1e-6

    let private project (columns: seq<float[]>) (x: float[]) =
        let rest = Array.copy x

        for column in columns do
            let share = dot column rest

            for i in 0 .. rest.Length - 1 do
                rest[i] <- rest[i] - share * column[i]

        rest

    /// What columns leave of x, taken out again where most of it went, or none if nothing is left.
    let private remainder columns (x: float[]) =
        let once = project columns x
        let rest = if norm once < 0.5 * norm x then project columns once else once
        if norm rest > vanishing * norm x then Some rest else None

    /// The part of x that is not explained, or none where all of it is.
    let residual (span: Span) x = remainder span.Columns x

    /// What is explained of x.
    let fitted (span: Span) x = Array.map2 (-) x (project span.Columns x)

    /// The span with more columns; one that the others span adds nothing (Gram and Schmidt).
    let extend (columns: seq<float[]>) (span: Span) : Span =
        let found = ResizeArray<float[]>(span.Columns)

        for column in columns do
            remainder found column
            |> Option.iter (fun rest ->
                let length = norm rest
                found.Add(Array.map (fun x -> x / length) rest))

        let added = found |> Seq.skip span.Columns.Length

        {
            Columns = found.ToArray()
            Leverage =
                (span.Leverage, added)
                ||> Seq.fold (Array.map2 (fun leverage x -> leverage + x * x))
        }

    /// What a constant explains of n rows.
    let constant n = extend [ Array.create n 1.0 ] { Columns = [||]; Leverage = Array.zeroCreate n }
