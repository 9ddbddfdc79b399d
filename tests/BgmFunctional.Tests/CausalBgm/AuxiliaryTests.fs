module BgmFunctional.Tests.CausalBgm.AuxiliaryTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.CausalBgm.Cases

let private n = 12
let private numbers (values: float list) = Column.Numeric(List.toArray values)
let private column f = numbers [ for i in 0 .. n - 1 -> f i ]
let private texts f = Column.Text [| for i in 0 .. n - 1 -> f i |]

let private columns = [
    "t", column (fun i -> float (i % 2))
    "y", column (fun i -> float (i * i % 7))
    "a", column (fun i -> float (i % 5))
    "b", column (fun i -> float (i * 3 % 11))
    "site", texts (fun i -> [ "north"; "south"; "east" ][i % 3])
    "period", column (fun i -> float (i / 6))
]

let private table replaced =
    columns
    |> List.map (fun (name, old) ->
        name,
        List.tryFind (fst >> (=) name) replaced
        |> Option.map snd
        |> Option.defaultValue old)
    |> Frame.ofColumns
    |> Expect.ok

let private roles auxiliary = {
    Treatment = "t"
    Outcome = "y"
    Covariates = Some [ "a"; "b" ]
    Auxiliary = auxiliary
}

let private make auxiliary frame = Dataset.ofRoles Binary (roles auxiliary) frame
let private site, private period = ByContent "site", ByContent "period"

let private rowsOf (dataset: Dataset) =
    let u = dataset.Observations.U.Value
    Tensor.toArray u |> Array.chunkBySize u.Shape[1]

[<Fact>]
let ``texts are one-hot, numbers are standardised, and neither is a covariate`` () =
    let data =
        Dataset.ofRoles Binary { roles [ site; period ] with Covariates = None } (table [])
        |> ok

    Assert.Equal<string list>([ "a"; "b" ], data.Parts.Covariates)
    let rows = rowsOf data

    // Categories in alphabetical order: east, north, south.
    for i in 0 .. n - 1 do
        Assert.Equal<float[]>([| [| 0.0; 1.0; 0.0 |]; [| 0.0; 0.0; 1.0 |]; [| 1.0; 0.0; 0.0 |] |][i % 3], rows[i][..2])
        Assert.Equal((if i < 6 then -1.0 else 1.0), rows[i][3], 6)

[<Fact>]
let ``numbers are categories where that is asked for`` () =
    let rows = make [ Categorical "period" ] (table []) |> ok |> rowsOf
    Assert.Equal<float[]>([| 1.0; 0.0 |], rows[0])
    Assert.Equal<float[]>([| 0.0; 1.0 |], rows[11])

[<Fact>]
let ``other rows get the auxiliary variable as those of the fit did`` () =
    let data = make [ site; period ] (table []) |> ok
    let frame = Frame.take [| 7; 2 |] (table [])

    let again =
        Dataset.ofParts Binary data.Parts data.Scaling frame
        |> Result.bind (Dataset.withAuxiliaryOf key data.Auxiliary frame)
        |> ok

    Assert.Equal<float[][]>([| (rowsOf data)[7]; (rowsOf data)[2] |], rowsOf again)

[<Fact>]
let ``what cannot tell rows apart is refused with its place`` () =
    let refused replaced auxiliary = make auxiliary (table replaced) |> refusal
    Assert.Contains("'none'", refused [] [ ByContent "none" ])
    Assert.Contains("both the treatment and part of the auxiliary", refused [] [ ByContent "t" ])
    Assert.Contains("both the outcome and part of the auxiliary", refused [] [ ByContent "y" ])
    Assert.Contains("'period' is 3 in every row", refused [ "period", column (fun _ -> 3.0) ] [ period ])

    Assert.Contains(
        "'period', row 2",
        refused [ "period", column (fun i -> if i = 1 then nan else float i) ] [ period ]
    )

    Assert.Contains("found 1 categories", refused [ "site", texts (fun _ -> "north") ] [ site ])
    Assert.Contains("found 12 categories", refused [ "site", texts string ] [ site ])
    Assert.Contains("'site', row 3", refused [ "site", texts (fun i -> if i = 2 then "" else string (i % 2)) ] [ site ])

    let fitted = make [ site ] (table []) |> ok
    let elsewhere = table [ "site", texts (fun _ -> "west") ]

    Assert.Contains(
        "'west' is not a level; the levels are 'east', 'north', 'south'",
        Dataset.withAuxiliaryOf key fitted.Auxiliary elsewhere fitted |> refusal
    )

[<Fact>]
let ``an array of the caller's own is not looked for in a table`` () =
    let data = make [] (table []) |> ok
    let given = Dataset.withAuxiliary (Array.init n (fun i -> [| float i |])) data |> ok
    Assert.Contains("an array of numbers", Dataset.withAuxiliaryOf key given.Auxiliary (table []) data |> refusal)

[<Fact>]
let ``segments are drawn where a prior is given a U that nobody has, and a warning says so`` () =
    let settings = {
        Settings.ofConfig { config Binary with Prior = GivenU [ 4 ] } with
            Options = options
            Segments = 3
    }

    let fitted = Fit.ofFrame settings (roles []) (table []) |> ok

    Assert.Equal(Some(Auxiliary.RandomSegments 3), fitted.Auxiliary)
    Assert.Contains("identify nothing", Assert.Single(CausalModel.warnings fitted))
    let own = Fit.ofFrame settings (roles [ site ]) (table []) |> ok
    Assert.Empty(CausalModel.warnings own)

[<Fact>]
let ``an identifiable model predicts from a table that holds its auxiliary variable`` () =
    let settings = {
        Settings.ofConfig { config Binary with Prior = GivenU [ 4 ] } with
            Options = options
    }

    let model = Fit.ofFrame settings (roles [ site; period ]) (table []) |> ok

    let quick = {
        PredictOptions.defaults with
            Chains = 2
            Sampling.BurnIn = 5
            Sampling.Draws = 8
            Sampling.Threads = 1
    }

    let data = make [ site; period ] (table []) |> ok
    let effect = (Predict.ofFrame quick model (table []) |> ok).Effect
    Assert.Equal(effect, (Predict.run quick model data.Observations |> ok).Effect)

    let moved =
        Predict.ofFrame quick model (table [ "site", texts (fun i -> [ "south"; "east" ][i % 2]) ])
        |> ok

    Assert.NotEqual(effect, moved.Effect)
    Assert.True(System.Double.IsFinite (Evaluate.ofFrame 1 model (table []) |> ok).MseY)
