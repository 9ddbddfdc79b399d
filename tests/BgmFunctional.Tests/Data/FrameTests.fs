module BgmFunctional.Tests.Data.FrameTests

open System
open FsCheck.FSharp
open FsCheck
open Xunit
open BgmFunctional.Data
open BgmFunctional.Tests

let private numbers values = Column.Numeric(Array.ofList values)

let private frame =
    match Frame.ofColumns [ "a", numbers [ 1.0; 2.0 ]; "b", numbers [ 3.0; 4.0 ] ] with
    | Ok frame -> frame
    | Error refusal -> failwith (DataError.message refusal)

[<Fact>]
let ``a table is its columns`` () =
    Prop.forAll Generators.frames (fun frame ->
        (Frame.ofColumns (Frame.columns frame)).Equals(Ok frame: Result<_, DataError>))
    |> Law.check

[<Fact>]
let ``selecting all columns and taking all rows changes nothing`` () =
    Prop.forAll Generators.frames (fun frame ->
        (Frame.select (Frame.names frame) frame).Equals(Ok frame: Result<_, DataError>)
        && (Frame.take [| 0 .. Frame.rowCount frame - 1 |] frame).Equals frame)
    |> Law.check

[<Fact>]
let ``an added column is found, and only it is new`` () =
    Prop.forAll Generators.frames (fun frame ->
        let column = numbers (List.init (Frame.rowCount frame) float)
        let name = List.last (Frame.names frame)

        for name in [ name; "new" ] do
            match Frame.add name column frame with
            | Ok wider ->
                Assert.Equal(Some column, Frame.tryColumn name wider)
                Assert.Equal<string list>(List.distinct (Frame.names frame @ [ name ]), Frame.names wider)
            | Error refusal -> failwith (DataError.message refusal))
    |> Law.check

[<Fact>]
let ``rows and columns tell the same table`` () =
    Assert.Equal(Ok frame, Frame.ofRows [ "a"; "b" ] [| [| 1.0; 3.0 |]; [| 2.0; 4.0 |] |])

    let ragged =
        Assert.Throws<ArgumentException>(fun () -> Frame.ofRows [ "a"; "b" ] [| [| 1.0 |] |] |> ignore)

    Assert.Contains("Row 1 has 1 values for 2 columns", ragged.Message)

[<Fact>]
let ``rows are taken in the order asked for, also twice`` () =
    Assert.Equal(Some(numbers [ 2.0; 1.0; 2.0 ]), Frame.take [| 1; 0; 1 |] frame |> Frame.tryColumn "a")

[<Fact>]
let ``columns that cannot be a table are refused`` () =
    let refused expected columns = Assert.Equal(Error expected, Frame.ofColumns columns)

    refused (DataError.DuplicateColumn "a") [ "a", numbers [ 1.0 ]; "a", numbers [ 2.0 ] ]
    refused (DataError.UnnamedColumn 2) [ "a", numbers [ 1.0 ]; " ", numbers [ 2.0 ] ]
    refused (DataError.UnequalColumn("b", 2, 1)) [ "a", numbers [ 1.0 ]; "b", numbers [ 2.0; 3.0 ] ]

[<Fact>]
let ``columns that are not there, or too many, are refused`` () =
    Assert.Equal(Error(DataError.UnknownColumn("c", [ "a"; "b" ])), Frame.column "c" frame)
    Assert.Equal(Error(DataError.MissingColumns([ "c"; "d" ], [ "a"; "b" ])), Frame.select [ "c"; "a"; "d" ] frame)
    Assert.Equal(Error(DataError.SurplusColumns([ "b" ], [ "a" ])), Frame.exactly [ "a" ] frame)
    Assert.Equal(Error(DataError.MissingColumns([ "c" ], [ "a"; "b" ])), Frame.exactly [ "a"; "c" ] frame)
    Assert.Equal(Frame.select [ "b"; "a" ] frame, Frame.exactly [ "b"; "a" ] frame)
