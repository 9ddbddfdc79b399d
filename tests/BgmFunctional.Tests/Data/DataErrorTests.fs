module BgmFunctional.Tests.Data.DataErrorTests

open System
open FsCheck
open FsCheck.FSharp
open Microsoft.FSharp.Reflection
open Xunit
open BgmFunctional.Data
open BgmFunctional.Tests

/// Any refusal, its texts as odd as texts in data are.
let private refusals =
    ArbMap.defaults
    |> ArbMap.mergeArb (Arb.fromGen Generators.text)
    |> ArbMap.arbitrary<DataError>

let private oneOfEach =
    let value (kind: Type) : obj =
        if kind = typeof<string> then "here"
        elif kind = typeof<int> then 17
        elif kind = typeof<int64> then 17L
        elif kind = typeof<float> then 17.5
        else [ "one"; "two" ]

    FSharpType.GetUnionCases typeof<DataError>
    |> Array.map (fun case ->
        let fields = case.GetFields() |> Array.map (fun field -> value field.PropertyType)
        FSharpValue.MakeUnion(case, fields) |> unbox<DataError>)

[<Fact>]
let ``every message is one line that ends with a full stop, whatever the data say`` () =
    Prop.forAll refusals (fun error ->
        let message = DataError.message error
        not (message.Contains '\n') && not (message.Contains '\r'))
    |> Law.check

[<Fact>]
let ``every message names every place and value it is given`` () =
    for error in oneOfEach do
        let message = DataError.message error
        let _, fields = FSharpValue.GetUnionFields(error, typeof<DataError>)

        for field in fields do
            match field with
            | :? string as text -> Assert.Contains(text, message)
            | :? list<string> as texts -> texts |> List.iter (fun text -> Assert.Contains(text, message))
            | :? int as number when error.IsLevelOutOfRange && number = 17 -> Assert.Contains("0 to 16", message)
            | other -> Assert.Contains(string other, message)

[<Fact>]
let ``long texts and long lists are cut`` () =
    let names = List.init 1000 (fun i -> $"column {i}")
    Assert.True((DataError.message (DataError.UnknownColumn(String('x', 5000), names))).Length < 500)
    Assert.Contains("and 988 more", DataError.message (DataError.UnknownColumn("x", names)))
