module BgmFunctional.Tests.CausalBgm.DatasetTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Tests.CausalBgm.Cases

let private frame columns =
    match
        columns
        |> List.map (fun (name, values) -> name, Column.Numeric(List.toArray values))
        |> Frame.ofColumns
    with
    | Ok frame -> frame
    | Error error -> failwith (DataError.message error)

let private columns = [
    "t", [ 0.0; 1.0; 1.0; 0.0 ]
    "y", [ 1.5; 2.0; -1.0; 0.5 ]
    "a", [ 1.0; 2.0; 3.0; 4.0 ]
    "b", [ 10.0; 30.0; 20.0; 40.0 ]
]

let private with' name values =
    columns
    |> List.map (fun (other, old) -> other, (if other = name then values else old))
    |> frame

let private make kind = Dataset.ofFrame kind "t" "y"

[<Fact>]
let ``covariates are standardised, treatment and outcome stay as they are`` () =
    let data = make Binary None (frame columns) |> ok
    Assert.Equal<string list>([ "a"; "b" ], data.Parts.Covariates)
    Assert.Equal<float[]>([| 0.0; 1.0; 1.0; 0.0 |], Tensor.toArray data.Observations.X)
    Assert.Equal<float[]>([| 1.5; 2.0; -1.0; 0.5 |], Tensor.toArray data.Observations.Y)
    Assert.Equal<float[]>([| 2.5; 25.0 |], data.Scaling.Means)
    let a = Tensor.toArray (Tensor.slice 1 0 1 data.Observations.V)
    Assert.Equal(0.0, Array.average a, 6)
    Assert.Equal(1.0, a |> Array.averageBy (fun v -> v * v), 6)

[<Fact>]
let ``named covariates come in the order of their names`` () =
    let data = make Continuous (Some [ "b"; "a" ]) (frame columns) |> ok
    Assert.Equal<string list>([ "b"; "a" ], data.Parts.Covariates)
    Assert.Equal(25.0, data.Scaling.Means[0])

[<Fact>]
let ``what cannot be used is refused with its place`` () =
    let refused = frame >> make Binary None >> refusal
    Assert.Contains("row 2: found 2", make Binary None (with' "t" [ 0.0; 2.0; 1.0; 0.0 ]) |> refusal)
    Assert.Contains("'a' is 3 in every row", make Binary None (with' "a" [ 3.0; 3.0; 3.0; 3.0 ]) |> refusal)
    Assert.Contains("'b', row 3", make Binary None (with' "b" [ 1.0; 2.0; nan; 4.0 ]) |> refusal)
    Assert.Contains("'y' is 1 in every row", make Binary None (with' "y" [ 1.0; 1.0; 1.0; 1.0 ]) |> refusal)
    Assert.Contains("at least one column", refused (List.truncate 2 columns))
    Assert.Contains("'z'", Dataset.ofFrame Binary "z" "y" None (frame columns) |> refusal)
    Assert.Contains("'c'", make Binary (Some [ "a"; "c" ]) (frame columns) |> refusal)

    Assert.Contains(
        "both the treatment and the outcome",
        Dataset.ofFrame Binary "y" "y" None (frame columns) |> refusal
    )

    Assert.Contains("both the treatment and a covariate", make Binary (Some [ "a"; "t" ]) (frame columns) |> refusal)
    Assert.Contains("both the outcome and a covariate", make Binary (Some [ "y" ]) (frame columns) |> refusal)
    Assert.Contains("both a covariate and another one", make Binary (Some [ "a"; "a" ]) (frame columns) |> refusal)

[<Fact>]
let ``an auxiliary variable has a row for each row`` () =
    let data = make Binary None (frame columns) |> ok
    let u = [| for i in 0..3 -> [| float i; 1.0 |] |]
    Assert.Equal<int[]>([| 4; 2 |], (ok (Dataset.withAuxiliary u data)).Observations.U.Value.Shape)

    for bad in [ u[..2]; [||]; Array.create 4 [||]; [| [| 1.0 |]; [| 1.0; 2.0 |]; [| 1.0 |]; [| 1.0 |] |] ] do
        Assert.Contains("4 rows", Dataset.withAuxiliary bad data |> refusal)

[<Fact>]
let ``random segments are one-hot and even`` () =
    let data = dataset Binary 2000
    let segments = (Dataset.withRandomSegments key 10 data |> ok).Observations.U.Value
    Assert.All(Tensor.toArray (Tensor.sumAxis 1 segments), fun total -> Assert.Equal(1.0, total))
    // A share of 1/10 among 2 000 rows has the standard error 0.0067.
    Assert.All(Tensor.toArray (Tensor.meanAxis 0 segments), fun share -> Assert.Equal(0.1, share, 5.0 * 0.0067))
    Assert.Contains("at least 2", Dataset.withRandomSegments key 1 data |> refusal)
