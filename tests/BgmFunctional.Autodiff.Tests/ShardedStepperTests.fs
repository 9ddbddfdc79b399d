module BgmFunctional.Autodiff.Tests.ShardedStepperTests

open System
open System.Threading.Tasks
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric

let private like k shape = waves k (Tensor.fill Float64 shape 0.0)
let private loss weight (x, y) = Tensor.sum (Tensor.square (Tensor.matMul x weight - y))

/// A shard's loss and gradient.
let private map (weight: Tensor, _: Tensor) shard = valueAndGrad (fun w -> loss w shard) weight

/// A step of gradient descent, and the count of steps.
let private reduce (weight: Tensor, count: Tensor) parts (rate: Tensor) =
    weight - rate * List.reduce (+) (List.map snd parts), count + 1.0

let private initial = like 1 [| 3; 2 |], Tensor.scalar 0.0
let private shards = [| for k in 0..3 -> like (2 + k) [| 5; 3 |], like (9 + k) [| 5; 2 |] |]
let private rate = Tensor.scalar 0.01

let private stepper () =
    let s = ShardedStepper.compile map reduce initial shards[0] shards.Length rate
    shards |> Array.iteri (fun i shard -> s.BindShard(i, shard))
    s.BindControl rate
    s

let private advance (order: int list) (s: ShardedStepper<_, _, _, _>) =
    List.iter s.Map order
    s.Reduce()

[<Fact>]
let ``n steps are n applications of map and reduce`` () =
    let plain state = reduce state [ for shard in shards -> map state shard ] rate

    for n in 0..5 do
        let s = stepper ()

        for _ in 1..n do
            advance [ 0..3 ] s

        close
            1e-12
            $"after {n}"
            (numbers (Seq.fold (fun state _ -> plain state) initial (seq { 1..n })))
            (numbers s.State)

[<Fact>]
let ``the order of the shards and the number of threads change no bit`` () =
    let inOrder, backwards, together = stepper (), stepper (), stepper ()

    for _ in 1..20 do
        advance [ 0..3 ] inOrder
        advance [ 3; 1; 0; 2 ] backwards
        Parallel.For(0, 4, together.Map) |> ignore
        together.Reduce()

    sameBits "backwards" (numbers inOrder.State) (numbers backwards.State)
    sameBits "together" (numbers inOrder.State) (numbers together.State)

[<Fact>]
let ``the control of each step is the one bound last`` () =
    let s = stepper ()
    s.BindControl(Tensor.scalar 0.0)
    advance [ 0..3 ] s
    Assert.Equal<float[]>(Tensor.toArray (fst initial), Tensor.toArray (fst s.State))

[<Fact>]
let ``an observer sees the present state and does not change it`` () =
    let s = stepper ()
    let watch = s.Observe((fun (weight, _) shard -> loss weight shard), shards)

    for _ in 1..3 do
        advance [ 0..3 ] s
        let before = numbers s.State

        for i in 0 .. watch.Count - 1 do
            watch.Run i
            close 1e-12 $"shard {i}" [| Tensor.item (loss (fst s.State) shards[i]) |] [| Tensor.item (watch.Output i) |]

        sameBits "state" before (numbers s.State)

[<Fact>]
let ``inputs of other shapes and states that change are refused`` () =
    let s = stepper ()

    refuses [ "input 0"; "Float64 (5, 3)"; "Float64 (4, 3)" ] (fun () ->
        s.BindShard(0, (like 1 [| 4; 3 |], snd shards[0])))

    refuses [ "Float64 ()"; "Float64 (2)" ] (fun () -> s.BindControl(Tensor.vector [| 1.0; 2.0 |]))

    refuses [ "state 0"; "Float64 (3, 2)"; "Float64 (2, 3)" ] (fun () ->
        ShardedStepper.compile
            map
            (fun (weight, count) _ (_: Tensor) -> Tensor.transpose weight, count)
            initial
            shards[0]
            2
            rate)

    refuses [ "observer"; "one input" ] (fun () -> s.Observe((fun (weight, _) shard -> loss weight shard), [||]))

[<Fact>]
let ``a warm sharded stepper allocates nothing`` () =
    let s = stepper ()

    let step () =
        for i in 0..3 do
            s.Map i

        s.Reduce()

    for _ in 1..50 do
        step ()

    let before = GC.GetAllocatedBytesForCurrentThread()

    for _ in 1..100 do
        step ()

    Assert.Equal(0L, GC.GetAllocatedBytesForCurrentThread() - before)
