module BgmFunctional.Autodiff.Tests.StepperTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric

type State = { Weight: Tensor; Momentum: Tensor; Count: Tensor; Kept: Tensor }

/// Gradient descent with momentum; Kept stays, Count goes up, and what comes out is the loss.
let private step (state: State) (x: Tensor, y: Tensor) =
    let loss w = Tensor.mean (Tensor.square (Tensor.matMul x w - y))
    let value, slope = valueAndGrad loss state.Weight
    let momentum = 0.9 * state.Momentum + slope

    {
        state with
            Weight = state.Weight - 0.05 * momentum
            Momentum = momentum
            Count = state.Count + 1.0
    },
    (value, state.Weight)

let private like k shape = waves k (Tensor.fill Float64 shape 0.0)
let private input = like 1 [| 8; 3 |], like 2 [| 8; 2 |]

let private initial = {
    Weight = like 3 [| 3; 2 |]
    Momentum = Tensor.fill Float64 [| 3; 2 |] 0.0
    Count = Tensor.scalar 0.0
    Kept = like 4 [| 4 |]
}

let private stepper () =
    let s = Stepper.compile step initial input
    s.Bind input
    s

let private applied n =
    Seq.fold (fun (state, _) _ -> step state input) (initial, (Tensor.scalar 0.0, initial.Weight)) (seq { 1..n })

[<Fact>]
let ``n steps are n applications of the function`` () =
    for n in 0..7 do
        let s = stepper ()

        for _ in 1..n do
            s.Advance()

        let state, output = applied n
        close 1e-12 $"state after {n}" (numbers state) (numbers s.State)

        if n > 0 then
            close 1e-12 $"output after {n}" (numbers output) (numbers s.Output)

[<Fact>]
let ``a step may exchange, repeat and forget parts of its state`` () =
    let swap (a: Tensor, b: Tensor, c: Tensor) () = (b, a, a), a - b + c
    let s = Stepper.compile swap (Tensor.scalar 1.0, Tensor.scalar 2.0, Tensor.scalar 4.0) ()
    s.Bind()

    for expected, output in [ (2.0, 1.0, 1.0), 3.0; (1.0, 2.0, 2.0), 2.0; (2.0, 1.0, 1.0), 1.0 ] do
        s.Advance()
        let a, b, c = s.State
        Assert.Equal(expected, (Tensor.item a, Tensor.item b, Tensor.item c))
        Assert.Equal(output, Tensor.item s.Output)

[<Fact>]
let ``states are copies, of the initial one too`` () =
    let mine = [| 1.0 |]
    let s = Stepper.compile (fun (x: Tensor) () -> x * 2.0, ()) (Tensor.view [| 1 |] mine) ()
    s.Bind()
    let before = s.State
    s.Advance()
    let after = s.State
    s.Advance()
    s.Advance()
    Assert.Equal((1.0, 2.0, 8.0), (Tensor.item before, Tensor.item after, Tensor.item s.State))
    Assert.Equal(1.0, mine[0])

[<Fact>]
let ``two steppers from one state do the same and stay apart`` () =
    let one, other = stepper (), stepper ()

    for _ in 1..5 do
        one.Advance()

    for _ in 1..5 do
        other.Advance()

    sameBits "states" (numbers one.State) (numbers other.State)
    one.Advance()

    sameBits
        "untouched"
        (numbers (
            let s = stepper () in

            (for _ in 1..5 do
                s.Advance())

            s.State
        ))
        (numbers other.State)

[<Fact>]
let ``inputs can be bound anew between steps`` () =
    let s =
        Stepper.compile (fun (sum: Tensor) (x: Tensor) -> sum + x, sum) (Tensor.scalar 0.0) (Tensor.scalar 0.0)

    for x in 1.0 .. 4.0 do
        s.Bind(Tensor.scalar x)
        s.Advance()

    Assert.Equal((10.0, 6.0), (Tensor.item s.State, Tensor.item s.Output))

[<Fact>]
let ``an input of another shape is refused with its path`` () =
    let s = stepper ()

    refuses [ "1"; "Float64 (8, 2)"; "Float64 (2, 8)" ] (fun () ->
        s.Bind(fst input, Tensor.fill Float64 [| 2; 8 |] 0.0))

[<Fact>]
let ``a step whose state changes its shape, its type or its number of tensors is refused`` () =
    refuses [ "state Weight"; "Float64 (3, 2)"; "Float64 (2, 3)" ] (fun () ->
        Stepper.compile (fun state () -> { state with Weight = Tensor.transpose state.Weight }, ()) initial ())

    refuses [ "2 tensors"; "1" ] (fun () ->
        Stepper.compile (fun (state: Tensor list) () -> state.Tail, ()) [ Tensor.scalar 1.0; Tensor.scalar 2.0 ] ())

[<Fact>]
let ``a warm stepper allocates nothing`` () =
    let s = stepper ()

    for _ in 1..50 do
        s.Advance()

    let before = GC.GetAllocatedBytesForCurrentThread()

    for _ in 1..100 do
        s.Advance()

    Assert.Equal(0L, GC.GetAllocatedBytesForCurrentThread() - before)
