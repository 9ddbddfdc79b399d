namespace BgmFunctional.Nets

open System
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// Random numbers that a compiled program reads, refilled in place between its runs: a stream for each tensor, of which each fill takes the
/// piece that its number names, so a fill depends on the key and its number alone.
[<Sealed>]
type NoiseBlock private (key: Key, blocks: (Draw * float32[])[]) =
    let keys = blocks |> Array.mapi (fun i _ -> key.Child(int64 i))

    /// Fill number `step` of every tensor.
    member _.Fill(step: int64) =
        for i in 0 .. blocks.Length - 1 do
            let draw, values = blocks[i]
            Kernels<float32>.Best.Random(draw, keys[i], step * int64 values.Length, Span values)

    /// Tensors of these distributions and shapes over the block's arrays, and the block; both share the form of the wanted.
    static member Create(key: Key, wanted: (Draw * int[]) list) : NoiseBlock * Tensor list =
        let blocks =
            wanted
            |> List.map (fun (draw, shape) -> draw, Array.zeroCreate<float32>(Shape.size shape))

        NoiseBlock(key, List.toArray blocks),
        List.map2 (fun (_, shape) (_, values: float32[]) -> Tensor.view shape values) wanted blocks

    /// The noise of one application of Flipout layers, from the shapes that each wants, and tensors of other distributions besides.
    static member ForFlipout(key: Key, layers: FlipoutShape list, others: (Draw * int[]) list) =
        let wanted = [
            for layer in layers do
                Draw.Normal, layer.Deviation
                Draw.Sign, layer.SignIn
                Draw.Sign, layer.SignOut
            yield! others
        ]

        let block, tensors = NoiseBlock.Create(key, wanted)
        let ofLayers, others = List.splitAt (3 * layers.Length) tensors

        let layer (tensors: Tensor list) : FlipoutNoise = {
            Deviation = tensors[0]
            SignIn = tensors[1]
            SignOut = tensors[2]
        }

        block, ofLayers |> List.chunkBySize 3 |> List.map layer, others

    /// The noise of one application of a network to so many rows; nothing for a plain one.
    static member ForNetwork(key: Key, rows: int, net: Network) : NoiseBlock * FlipoutNoise list =
        let shapes = Network.deviationShapes net |> List.map (FlipoutShape.dense rows)
        let block, noise, _ = NoiseBlock.ForFlipout(key, shapes, [])
        block, noise
