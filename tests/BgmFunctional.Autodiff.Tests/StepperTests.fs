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
let ``a stepper that keeps its state shows the next one when it is accepted, not before`` () =
    let s = Stepper.compileKeeping step initial input
    s.Bind input

    for n in 0..4 do
        let present = numbers s.State
        s.Prepare()
        sameBits $"prepared after {n}" present (numbers s.State)
        s.Accept()
        close 1e-12 $"state after {n + 1}" (numbers (fst (applied (n + 1)))) (numbers s.State)

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

[<Fact>]
let ``state that is written over where it lies reads as if it were not`` () =
    // a is read late and by others, b only by its own successor, c by another's successor; each n steps are n applications.
    let step (a: Tensor, b: Tensor, c: Tensor) (x: Tensor) =
        let b' = 0.5 * b + x
        let a' = a + sin b'
        let c' = c * a + b'
        (a', b', c'), Tensor.sum (a' - b * 0.25)

    let like k = waves k (Tensor.fill Float64 [| 3000 |] 0.0)
    let initial, x = (like 1, like 2, like 3), like 4
    let s = Stepper.compile step initial x
    s.Bind x

    for n in 1..5 do
        s.Advance()
        let state, output = Seq.fold (fun (state, _) _ -> step state x) (initial, x) (seq { 1..n })
        close 1e-12 $"state after {n}" (numbers state) (numbers s.State)
        close 1e-12 $"output after {n}" (numbers output) (numbers s.Output)

[<Fact>]
let ``programs and steppers follow what lives in others`` () =
    let one value = Tensor.float64 [| 1 |] [| value |]

    let counter =
        Stepper.compile (fun (count: Tensor) (by: Tensor) -> count + by, 10.0 * count) (one 1.0) (one 1.0)

    counter.Bind(one 2.0)
    let square = Program.compile (fun (x: Tensor, y: Tensor) -> x * x + y) (one 0.0, one 0.0)
    square.Follow(Live.pair counter.Current (Live.ofTensors (one 0.5)))
    let sum = Stepper.compile (fun (total: Tensor) (x: Tensor) -> total + x, ()) (one 0.0) (one 0.0)
    sum.Follow square.Results

    for n in 1..4 do
        counter.Advance()
        square.Execute()
        sum.Advance()
        let count i = 1.0 + 2.0 * float i
        Assert.Equal(count n, Tensor.item counter.State)
        Assert.Equal(10.0 * count (n - 1), Tensor.item (Live.read counter.Results))
        Assert.Equal(count n ** 2.0 + 0.5, Tensor.item square.Output)
        Assert.Equal(Seq.sum (seq { for i in 1..n -> count i ** 2.0 + 0.5 }), Tensor.item sum.State, 12)

[<Fact>]
let ``what lives is chosen and joined, never computed`` () =
    let one value = Tensor.float64 [| 1 |] [| value |]
    let live = Live.ofTensors (one 1.0, one 2.0)
    let second, both = live |> Live.map snd, Live.list [ live |> Live.map fst; live |> Live.map snd ]
    Assert.Equal(2.0, Tensor.item (Live.read second))
    Assert.Equal<float list>([ 1.0; 2.0 ], Live.read both |> List.map Tensor.item)
    refuses [ "is computed" ] (fun () -> live |> Live.map (fun (a, b) -> a + b))
    let p = Program.compile (fun (x: Tensor) -> x) (one 0.0)
    refuses [ "compiled for" ] (fun () -> p.Follow(Live.ofTensors (Tensor.float64 [| 2 |] [| 1.0; 2.0 |])))

[<Fact>]
let ``rows of results go to their places in other arrays`` () =
    let program =
        Program.compile (fun (x: Tensor) -> 2.0 * x) (Tensor.float32 [| 3; 2 |] (Array.zeroCreate 6))

    program.Run(Tensor.float32 [| 3; 2 |] [| 1.0f; 2.0f; 3.0f; 4.0f; 5.0f; 6.0f |])
    |> ignore

    let target = Array.zeroCreate<float32> 8
    program.Results.RowsInto (Tensor.view [| 4; 2 |] target) [| 3; 0; 1 |] 2
    Assert.Equal<float32[]>([| 6.0f; 8.0f; 0.0f; 0.0f; 0.0f; 0.0f; 2.0f; 4.0f |], target)

[<Fact>]
let ``copies of a program run side by side`` () =
    let one value = Tensor.float64 [| 1 |] [| value |]
    let programs = Program.copies 2 (fun (x: Tensor) -> x + 1.0) (one 0.0)
    programs[0].Bind(one 1.0)
    programs[1].Bind(one 5.0)
    programs |> Array.iter _.Execute()
    Assert.Equal<float[]>([| 2.0; 6.0 |], programs |> Array.map (fun p -> Tensor.item p.Output))
