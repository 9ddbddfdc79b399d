module BgmFunctional.Tests.LatentVariables.RowBlocksTests

open Xunit
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables

let private key = Key.OfSeed 41L
let private rows, batch = 37, 8

[<Fact>]
let ``blocks are a permutation of the rows, another one each pass`` () =
    let blocks = RowBlocks(key, rows, batch)
    let indices = Array.zeroCreate<int> batch

    let pass number = [|
        for b in 0 .. blocks.PerPass - 1 do
            let count = blocks.Take(number, b, indices)
            yield! indices[.. count - 1]
    |]

    let first, second = pass 0L, pass 1L
    Assert.Equal<int[]>([| 0 .. rows - 1 |], Array.sort first)
    Assert.Equal<int[]>([| 0 .. rows - 1 |], Array.sort second)
    Assert.NotEqual<int[]>(first, second)
    Assert.Equal<int[]>(first, pass 0L)
    Assert.Equal(rows, RowBlocks(key, rows, 100).Size)
