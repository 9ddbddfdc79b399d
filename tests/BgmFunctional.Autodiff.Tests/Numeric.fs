/// What the differentiation laws compare with: difference quotients, and what counts as equal.
module BgmFunctional.Autodiff.Tests.Numeric

open System
open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff

/// A property on so many cases of a generator.
let check count (cases: Gen<'a>) (law: 'a -> unit) =
    let config = (Law.config count).WithQuietOnSuccess(true)
    Check.One(config, Prop.forAll (Arb.fromGen cases) law)

/// Equal within a tolerance relative to the largest magnitude of either side and 1.
let closeOn scale tolerance (what: string) (expected: float[]) (found: float[]) =
    if expected.Length <> found.Length then
        failwith $"{what}: {expected.Length} values expected, {found.Length} found"

    let magnitude =
        Seq.append expected found
        |> Seq.map abs
        |> Seq.filter Double.IsFinite
        |> Seq.fold max scale

    Array.iteri2
        (fun i e f ->
            let same = e = f || Double.IsNaN e && Double.IsNaN f

            if not (same || abs (e - f) <= tolerance * magnitude) then
                failwith $"{what}: element {i} is {f:R}, expected {e:R} (tolerance {tolerance} of {magnitude})")
        expected
        found

let close tolerance what expected found = closeOn 1.0 tolerance what expected found

/// The same bits; zeros of either sign are one (x + 0 is simplified to x).
let sameBits (what: string) (expected: float[]) (found: float[]) =
    let bits = Array.map (fun x -> BitConverter.DoubleToInt64Bits(x + 0.0))

    if bits expected <> bits found then
        let i =
            Seq.findIndex (fun i -> (bits expected)[i] <> (bits found)[i]) (seq { 0 .. expected.Length - 1 })

        failwith $"{what}: element {i} is {found[i]:R}, expected {expected[i]:R}"

/// Numbers without a pattern that an operation could share: the i-th of stream k in (−1, 1).
let wave k i = sin (float (i + 1) * (1.7 + 0.31 * float k) + float k)

/// A tensor of such numbers.
let waves k (like: Tensor) = Tensor.ofFloats like.DType like.Shape (Array.init like.Size (wave k))

/// The step of the difference quotients: truncation h² and rounding ε/h are both near 1e-11.
let private h = 1e-5

/// x + t·v, leaf by leaf, as values without history.
let along (x: 'a) (v: 'a) (t: float) : 'a = Tree.map2 (fun x v -> Tensor.force (x + t * v)) x v

/// (f(x + hv) − f(x − hv)) / 2h for any f that gives numbers.
let centralDifference (f: 'a -> float[]) (x: 'a) (v: 'a) =
    Array.map2 (fun up down -> (up - down) / (2.0 * h)) (f (along x v h)) (f (along x v -h))

/// Σ of products over all leaves.
let inner (a: 'a) (b: 'a) =
    Array.map2 (fun a b -> Tensor.item (Tensor.dot a b)) (Tree.leaves a) (Tree.leaves b)
    |> Array.sum

/// All numbers of all leaves.
let numbers (x: 'a) = Tree.leaves x |> Array.collect Tensor.toArray

/// The message with which an action is refused.
let refusal (action: unit -> 'a) =
    try
        action () |> ignore
        failwith "nothing was refused"
    with
    | :? ArgumentException as e -> e.Message
    | :? InvalidOperationException as e -> e.Message

/// A refusal that says all of these things.
let refuses (parts: string list) (action: unit -> 'a) =
    let message = refusal action

    for part in parts do
        if not (message.Contains(part, StringComparison.OrdinalIgnoreCase)) then
            failwith $"'{part}' is not in: {message}"
