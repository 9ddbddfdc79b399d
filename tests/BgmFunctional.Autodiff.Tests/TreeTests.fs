module BgmFunctional.Autodiff.Tests.TreeTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric

type Dense = { Weight: Tensor; Bias: Tensor }

type Scale =
    | Learned of raw: Tensor
    | Fixed of sigma: float

type Model = {
    Name: string
    Hidden: Dense list
    Heads: Map<string, Tensor>
    Scale: Scale
    Shift: Tensor option
    Missing: Tensor option
    Pair: Tensor * Dense[]
    Late: struct (Tensor * int)
}

/// A model that only its module can build.
type Guarded = private Guarded of Tensor

module Guarded =
    let create x = Guarded x
    let value (Guarded x) = x

let private numbered =
    Seq.initInfinite (fun i -> Tensor.vector (Array.create (i + 1) (float i)))
    |> Seq.cache

let private t i = Seq.item i numbered
let private dense i = { Weight = t i; Bias = t (i + 1) }

let private model = {
    Name = "m"
    Hidden = [ dense 0; dense 2 ]
    Heads = Map [ "b", t 5; "a", t 4 ]
    Scale = Learned(t 6)
    Shift = Some(t 7)
    Missing = None
    Pair = (t 8, [| dense 9 |])
    Late = struct (t 11, 3)
}

[<Fact>]
let ``leaves come in the order of fields, maps in the order of keys`` () =
    Assert.Equal<Tensor[]>(Array.init 12 t, Tree.leaves model)

[<Fact>]
let ``paths name fields, positions and keys`` () =
    let expected = [
        "Hidden.0.Weight"
        "Hidden.0.Bias"
        "Hidden.1.Weight"
        "Hidden.1.Bias"
        "Heads.a"
        "Heads.b"
        "Scale.raw"
        "Shift.Value"
        "Pair.0"
        "Pair.1.0.Weight"
        "Pair.1.0.Bias"
        "Late.0"
    ]

    Assert.Equal<string list>(expected, Tree.namedLeaves model |> Array.map fst |> Array.toList)

[<Fact>]
let ``putting a value's own leaves back changes nothing`` () =
    Assert.Equal(model, Tree.withLeaves (Tree.leaves model) model)
    Assert.Equal(model, Tree.map id model)
    Assert.Equal(t 3, Tree.withLeaves [| t 3 |] (t 0))
    Assert.Equal(Fixed 2.0, Tree.map id (Fixed 2.0))

[<Fact>]
let ``other leaves go where the old ones were`` () =
    let others = Array.init 12 (fun i -> Tensor.scalar (float i))
    let changed = Tree.withLeaves others model
    Assert.Equal<Tensor[]>(others, Tree.leaves changed)
    Assert.Equal((model.Name, None), (changed.Name, changed.Missing))
    let struct (_, kept) = changed.Late
    Assert.Equal(3, kept)

[<Fact>]
let ``map2 goes pair by pair and size counts elements`` () =
    let doubled = Tree.map2 (+) (t 3, [ t 4 ]) (t 3, [ t 4 ])
    Assert.Equal<float[]>(Array.append (Array.create 4 6.0) (Array.create 5 8.0), numbers doubled)
    Assert.Equal(Seq.sum (seq { 1..12 }), Tree.size model)

[<Fact>]
let ``a value without tensors has no leaves`` () =
    Assert.Empty(Tree.leaves ())
    Assert.Empty(Tree.leaves (3, "a", Fixed 1.0))

[<Fact>]
let ``private cases, anonymous records and results are seen through`` () =
    let value = Guarded.create (t 0), {| X = t 1 |}, (Ok(t 2): Result<Tensor, string>), ValueSome(t 3)
    Assert.Equal<Tensor[]>(Array.init 4 t, Tree.leaves value)
    let guarded, _, _, _ = Tree.map (fun x -> x * 2.0) value
    Assert.Equal<float[]>([| 0.0 |], Tensor.toArray (Guarded.value guarded))

[<Fact>]
let ``the wrong number of tensors is refused`` () =
    refuses [ "Dense"; "1 given" ] (fun () -> Tree.withLeaves [| t 0 |] (dense 0))
    refuses [ "Dense"; "2 tensors"; "3 were given" ] (fun () -> Tree.withLeaves [| t 0; t 1; t 2 |] (dense 0))
    refuses [ "1 tensors"; "2" ] (fun () -> Tree.map2 (+) [ t 0 ] [ t 0; t 0 ])

[<Fact>]
let ``a gradient has the form of its model`` () =
    let x = { model with Shift = Some(Tensor.vector (Array.create 9 2.0)) }

    let loss m =
        let first, _ = m.Pair

        let hidden =
            m.Hidden
            |> List.map (fun d -> Tensor.sum (d.Weight * d.Weight) + Tensor.sum d.Bias)
            |> List.reduce (+)

        match m.Scale with
        | Learned raw ->
            hidden
            + Tensor.sum (raw * 3.0)
            + Tensor.sum m.Heads["b"]
            + Tensor.sum (m.Shift.Value * first)
        | Fixed _ -> hidden

    let g = grad loss x
    Assert.Equal("m", g.Name)
    Assert.Equal<float[]>([| 4.0; 4.0; 4.0 |], Tensor.toArray g.Hidden[1].Weight)
    Assert.Equal<float[]>([| 1.0; 1.0 |], Tensor.toArray g.Hidden[0].Bias)
    Assert.Equal<float[]>(Array.create 5 0.0, Tensor.toArray g.Heads["a"])
    Assert.Equal<float[]>(Array.create 6 1.0, Tensor.toArray g.Heads["b"])
    Assert.Equal<float[]>(Array.create 9 8.0, Tensor.toArray g.Shift.Value)
    Assert.Equal<float[]>(Array.create 9 2.0, Tensor.toArray (fst g.Pair))

    match g.Scale with
    | Learned raw -> Assert.Equal<float[]>(Array.create 7 3.0, Tensor.toArray raw)
    | Fixed _ -> failwith "the case changed"
