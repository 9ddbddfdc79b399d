/// Compiled programs against plain evaluation.
module BgmFunctional.Autodiff.Tests.ProgramTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Autodiff.Tests.Expressions

/// Rounding of the type, grown by a dozen operations; only products with a bias and sums of equal values add in another order.
let private tolerance dtype = if dtype = Float32 then 1e-3 else 1e-11

let private bothTypes law =
    for dtype in [ Float32; Float64 ] do
        law dtype

[<Fact>]
let ``a program gives the bits of plain evaluation where nothing is added in another order`` () =
    bothTypes (fun dtype ->
        checkExpressions 200 inPlainOrder 14 (fun expression ->
            let xs = Values.tensors dtype expression.Inputs
            let p = Program.compile (pool expression) xs
            sameBits "pool" (pool expression xs |> numbers) (p.Run xs |> numbers)))

[<Fact>]
let ``a program agrees with plain evaluation`` () =
    bothTypes (fun dtype ->
        checkExpressions 200 every 14 (fun expression ->
            let xs = Values.tensors dtype expression.Inputs
            let p = Program.compile (pool expression) xs
            close (tolerance dtype) "pool" (pool expression xs |> numbers) (p.Run xs |> numbers)))

[<Fact>]
let ``a program of values and gradients agrees with plain evaluation`` () =
    bothTypes (fun dtype ->
        checkExpressions 150 smooth 12 (fun expression ->
            let xs = Values.tensors dtype expression.Inputs
            let f = valueAndGrad (scalar expression)
            let p = Program.compile f xs
            close (tolerance dtype) "gradient" (f xs |> numbers) (p.Run xs |> numbers)))

[<Fact>]
let ``a program of second derivatives agrees with plain evaluation`` () =
    checkExpressions 60 smooth 8 (fun expression ->
        let xs = Values.tensors Float64 expression.Inputs
        let f xs = hvp (scalar expression) xs (List.map (fun x -> waves 2 x) xs)
        close (tolerance Float64) "hvp" (f xs |> numbers) ((Program.compile f xs).Run xs |> numbers))

[<Fact>]
let ``a wide graph of values that live together agrees`` () =
    // Sixty values made first and used last, in another order: none may lie in another's place.
    let f (x: Tensor) =
        let values = [ for k in 1..60 -> Tensor.matMul (sin (x * float k)) x ]

        let sums = [
            for i in 0..59 ->
                values[i] * values[(i * 7 + 3) % 60]
                + Tensor.sumKeep 1 values[(i * 11 + 5) % 60]
        ]

        sums |> List.reduce (fun a b -> Tensor.matMul a b * 0.01 + b), values

    let x = waves 1 (Tensor.fill Float64 [| 5; 5 |] 0.0)
    close 1e-11 "wide" (numbers (f x)) (numbers ((Program.compile f x).Run x))

[<Fact>]
let ``a program runs on other inputs, and on the first again with the same bits`` () =
    checkExpressions 100 every 10 (fun expression ->
        let xs = Values.tensors Float64 expression.Inputs
        let others = List.map (fun x -> waves 4 x) xs
        let p = Program.compile (pool expression) xs
        let first = p.Run xs |> numbers
        close (tolerance Float64) "others" (pool expression others |> numbers) (p.Run others |> numbers)
        sameBits "again" first (p.Run xs |> numbers))

[<Fact>]
let ``Execute reads the bound arrays each time`` () =
    let mine = [| 1.0; 2.0 |]
    let p = Program.compile (fun (x: Tensor) -> x * 10.0) (Tensor.vector [| 0.0; 0.0 |])
    p.Bind(Tensor.view [| 2 |] mine)
    p.Execute()
    Assert.Equal<float[]>([| 10.0; 20.0 |], Tensor.toArray p.Output)
    mine[1] <- 7.0
    p.Execute()
    Assert.Equal<float[]>([| 10.0; 70.0 |], Tensor.toArray p.Output)

[<Fact>]
let ``outputs are copies`` () =
    let p = Program.compile (fun (x: Tensor) -> x * 10.0) (Tensor.scalar 0.0)
    let first = p.Run(Tensor.scalar 1.0)
    p.Run(Tensor.scalar 2.0) |> ignore
    Assert.Equal(10.0, Tensor.item first)

[<Fact>]
let ``outputs may be inputs, constants, each other and reshapes`` () =
    let c = Tensor.vector [| 7.0; 8.0 |]

    let f (x: Tensor, y: Tensor) =
        let z = x + y

        [
            x
            z
            z
            Tensor.reshape [| 1; 2 |] z
            Tensor.reshape [| 2; 1 |] x
            c
            Tensor.reshape [| 2; 1 |] c
            Tensor.fill Float64 [| 2 |] 3.0
            y
            Tensor.detach z
            Tensor.sum c
            Tensor.transpose (Tensor.reshape [| 1; 2 |] z)
        ]

    let p = Program.compile f (c, c)

    for k in 1..2 do
        let xs = Tensor.vector [| float k; 2.0 |], Tensor.vector [| 3.0; 4.0 |]
        let outputs = p.Run xs
        sameBits "outputs" (f xs |> numbers) (outputs |> numbers)
        Assert.Equal<int[] list>(f xs |> List.map _.Shape, outputs |> List.map _.Shape)

[<Fact>]
let ``a function of no tensor, or to none, compiles`` () =
    let p = Program.compile (fun () -> Tensor.scalar 2.0 * 3.0) ()
    Assert.Equal(6.0, Tensor.item (p.Run()))
    let q = Program.compile (fun (_: Tensor) -> "nothing") (Tensor.scalar 1.0)
    Assert.Equal("nothing", q.Run(Tensor.scalar 2.0))

[<Fact>]
let ``indices can be inputs`` () =
    let f (rows, x) = Tensor.gatherRows rows x |> Tensor.scatterAddRows 2 rows
    let x = Tensor.float64 [| 2; 2 |] [| 1.0; 2.0; 3.0; 4.0 |]
    let p = Program.compile f (Tensor.indices [| 0; 0; 0 |], x)
    let rows = Tensor.indices [| 1; 1; 0 |]
    Assert.Equal<float[]>([| 1.0; 2.0; 6.0; 8.0 |], Tensor.toArray (p.Run(rows, x)))

[<Fact>]
let ``float32 and float64 parts live in one program`` () =
    let f (a: Tensor, b: Tensor) = exp a + 1.0, sin b * 2.0
    let x = Tensor.float32 [| 2 |] [| 0.5f; 1.0f |], Tensor.vector [| 0.5; 1.0; 2.0 |]
    sameBits "both" (f x |> numbers) ((Program.compile f x).Run x |> numbers)

[<Fact>]
let ``two programs of one function do not disturb each other`` () =
    let f (x: Tensor) = Tensor.sum (exp x * x)
    let one, other = Program.compile f (Tensor.scalar 1.0), Program.compile f (Tensor.scalar 1.0)
    one.Bind(Tensor.scalar 1.0)
    other.Bind(Tensor.scalar 2.0)
    one.Execute()
    other.Execute()
    Assert.Equal(Math.E, Tensor.item one.Output, 12)

type private Batch = { X: Tensor; Rows: Tensor }

[<Fact>]
let ``another shape, element type or number of tensors is refused with its path`` () =
    let p =
        Program.compile (fun batch -> Tensor.gatherRows batch.Rows batch.X) {
            X = Tensor.fill Float64 [| 3; 2 |] 0.0
            Rows = Tensor.indices [| 0 |]
        }

    let good = {
        X = Tensor.float64 [| 3; 2 |] (Array.init 6 float)
        Rows = Tensor.indices [| 2 |]
    }

    refuses [ "X"; "Float64 (3, 2)"; "Float64 (2, 3)" ] (fun () ->
        p.Run { good with X = Tensor.fill Float64 [| 2; 3 |] 0.0 })

    refuses [ "X"; "Float64 (3, 2)"; "Float32 (3, 2)" ] (fun () ->
        p.Run { good with X = Tensor.fill Float32 [| 3; 2 |] 0.0 })

    refuses [ "Rows"; "Int32 (1)"; "Int32 (2)" ] (fun () -> p.Run { good with Rows = Tensor.indices [| 0; 1 |] })
    let q = Program.compile (List.reduce (+)) [ Tensor.scalar 1.0; Tensor.scalar 2.0 ]

    refuses [ "2 tensors"; "3 were given" ] (fun () ->
        q.Run [ Tensor.scalar 1.0; Tensor.scalar 2.0; Tensor.scalar 3.0 ])

[<Fact>]
let ``a refused input leaves the bound ones as they were`` () =
    let p = Program.compile (fun (a: Tensor, b: Tensor) -> a + b) (Tensor.scalar 0.0, Tensor.scalar 0.0)
    p.Bind(Tensor.scalar 1.0, Tensor.scalar 2.0)

    refusal (fun () -> p.Bind(Tensor.scalar 10.0, Tensor.vector [| 1.0 |]))
    |> ignore

    p.Execute()
    Assert.Equal(3.0, Tensor.item p.Output)

[<Fact>]
let ``asking for values while a program is traced is refused`` () =
    refuses [ "input 0"; "traced" ] (fun () ->
        Program.compile (fun x -> x * Tensor.item (Tensor.sum x)) (Tensor.scalar 1.0))

[<Fact>]
let ``a warm program allocates nothing`` () =
    let f (x, w, b) =
        valueAndGrad
            (fun (w, b) ->
                Tensor.mean (
                    Tensor.softmax 1 (Tensor.leakyRelu 0.2 (Tensor.matMul x w + b))
                    * Tensor.transpose x
                ))
            (w, b)

    bothTypes (fun dtype ->
        let like k shape = waves k (Tensor.fill dtype shape 0.0)
        let example = like 1 [| 33; 33 |], like 2 [| 33; 33 |], like 3 [| 1; 33 |]
        let p = Program.compile f example
        p.Bind example

        for _ in 1..50 do
            p.Execute()

        let before = GC.GetAllocatedBytesForCurrentThread()

        for _ in 1..100 do
            p.Execute()

        Assert.Equal(0L, GC.GetAllocatedBytesForCurrentThread() - before))

[<Fact>]
let ``running before anything is bound is refused`` () =
    let p = Program.compile (fun (x: Tensor) -> x * 2.0) (Tensor.vector [| 1.0; 2.0 |])
    refuses [ "input 0"; "Float64 (2)"; "bind" ] (fun () -> p.Execute())

[<Fact>]
let ``a twin has memory and inputs of its own`` () =
    let program = Program.compile (fun x -> exp x) (Tensor.vector [| 0.0; 0.0 |])
    let twin = program.Twin()
    let first, second = [| 1.0; 2.0 |], [| 3.0; 4.0 |]
    program.Bind(Tensor.vector first)
    twin.Bind(Tensor.vector second)
    program.Execute()
    twin.Execute()
    close 1e-15 "program" (Array.map exp first) (Tensor.toArray program.Output)
    close 1e-15 "twin" (Array.map exp second) (Tensor.toArray twin.Output)

[<Fact>]
let ``an output is read as float64 in either type`` () =
    bothTypes (fun dtype ->
        let x = Tensor.ofFloats dtype [| 3 |] [| -1.5; 0.25; 2.0 |]
        let program = Program.compile (fun x -> [ x * x; exp x ]) x
        program.Run x |> ignore
        Assert.Equal(2, program.Outputs)

        for i in 0..1 do
            let read = Array.zeroCreate<float> 3
            program.ReadOutput(i, Span read)
            Assert.Equal<float[]>(Tensor.toArray program.Output[i], read))
