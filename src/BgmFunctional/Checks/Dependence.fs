// Are two variables independent given others? The generalised covariance measure (Shah and Peters, Annals of Statistics 48, 2020) on ranks.
namespace BgmFunctional.Checks

open BgmFunctional.Numerics
open MathNet.Numerics

/// How two variables depend on each other once others are taken out.
type Dependence = {
    /// Correlation of the ranks, others taken out; positive: they rise together. NaN where a variable does not vary.
    Correlation: float
    /// The probability of so much dependence or more if there were none. NaN where a variable does not vary, the others determine it, or a
    /// handful of rows would decide.
    P: float
}

/// The test, for any mix of continuous and ordinal variables. Both, as ranks, are regressed on the given ones, and the products of their
/// residuals must average zero. Each variable stands for its trend and its bend (Legendre's P₁ and P₂ of its ranks; a binary one has a
/// trend alone), so that there are up to four such products, which one F test takes together.
///
/// It sees whether the trend or the bend of one goes with the trend or the bend of the other. Dependence that averages out in all four products,
/// such as an effect whose sign a third variable turns, it does not see.
[<RequireQualifiedAccess>]
module internal Dependence =

    /// Trend and bend.
    let private scores = RankScores.polynomials 2

    /// No polynomial of ranks goes further.
    let private mostDegree = 10

    /// Polynomials are as many as a fifth of the rows, the simplest first, and at most so many.
    let private mostColumns = 60

    /// By degree: polynomials of each variable, and products of the trends and bends of two.
    let private candidates (variables: float[][]) =
        let polynomials = variables |> Array.map (RankScores.polynomials mostDegree)
        let ofDegree degree (own: float[][]) = Array.tryItem (degree - 1) own

        let product (a, b) (first, second) =
            Option.map2 (Array.map2 (*)) (ofDegree first polynomials[a]) (ofDegree second polynomials[b])

        let pairs = [
            for a in 0 .. variables.Length - 1 do
                for b in 0 .. a - 1 -> a, b
        ]

        seq {
            for degree in 1..mostDegree do
                yield! polynomials |> Seq.choose (ofDegree degree)

                for first in 1..2 do
                    let second = degree - first

                    if second = 1 || second = 2 then
                        yield! pairs |> Seq.choose (fun pair -> product pair (first, second))
        }

    /// What given variables, (variables)(n), explain.
    let given n (variables: float[][]) : Span =
        Span.constant n
        |> Span.extend (candidates variables |> Seq.truncate (min mostColumns (n / 5) - 1))

    /// A node whose parents shift its latent has scores that are, on average, a function of the sum of the shifts: the span with polynomials of
    /// the ranks of what it explains of each trend.
    let private withSums (trends: seq<float[]>) (span: Span) =
        if span.Columns.Length = 1 then
            span
        else
            span
            |> Span.extend (trends |> Seq.collect (Span.fitted span >> RankScores.polynomials 5))

    /// P(F > f) for the F distribution, accurate in its tail.
    let private upperF (d: float) (rest: float) f =
        SpecialFunctions.BetaRegularized(rest / 2.0, d / 2.0, rest / (rest + d * f))

    /// Hotelling's test that the products, (d)(n), average zero. Products of residuals vary less than those of errors, by the rows' leverage.
    let private pValue (span: Span) (products: float[][]) =
        let sums = products |> Array.map Array.sum
        let weights = span.Leverage |> Array.map (fun leverage -> 1.0 / max 1e-3 (1.0 - leverage))

        let covariance =
            Array2D.init products.Length products.Length (fun i j ->
                Seq.fold2
                    (fun sum weight product -> sum + weight * product)
                    0.0
                    weights
                    (Seq.map2 (*) products[i] products[j]))

        match SymmetricMatrix.solve covariance sums with
        | None -> nan
        | Some solution ->
            let d = float products.Length
            let rest = float (span.Leverage.Length - span.Columns.Length) - d
            let distance = Array.fold2 (fun sum x y -> sum + x * y) 0.0 sums solution
            upperF d rest (distance * rest / (d * (rest + d - 1.0)))

    let private correlation (x: float[]) (y: float[]) =
        let dot = Array.fold2 (fun sum x y -> sum + x * y) 0.0
        dot x y / sqrt (dot x x * dot y y)

    /// Rows of equal size that would say as much about the spread of x.
    let private effectiveRows (x: float[]) =
        let squares = x |> Array.map (fun x -> x * x)
        Array.sum squares ** 2.0 / (squares |> Array.sumBy (fun x -> x * x))

    /// With fewer effective rows in a product a handful of rows decides, and an F test of it is wrong. Their number is that of independent factors:
    /// were it counted in the product itself, dependence would choose the tests.
    let private isTestable (x: float[], y: float[]) = effectiveRows x * effectiveRows y / float x.Length >= 20.0

    /// The test of x and y, (n) each, given what spans.
    let test (span: Span) (x: float[]) (y: float[]) : Dependence =
        let x, y = scores x, scores y
        let span = span |> withSums (Seq.append (Seq.truncate 1 x) (Seq.truncate 1 y))
        let x, y = x |> Array.choose (Span.residual span), y |> Array.choose (Span.residual span)

        let products =
            Array.allPairs x y
            |> Array.filter isTestable
            |> Array.map (fun (x, y) -> Array.map2 (*) x y)

        {
            Correlation = if x.Length > 0 && y.Length > 0 then correlation x[0] y[0] else nan
            P = if products.Length > 0 then pValue span products else nan
        }
