module BgmFunctional.Tests.Data.ColumnTests

open Xunit
open BgmFunctional.Data

let private numeric = Column.Numeric
let private text = Column.Text

[<Fact>]
let ``numbers keeps what is missing and refuses a text with its row`` () =
    Assert.Equal(Ok [| 1.0; nan |], Column.numbers "age" (numeric [| 1.0; nan |]))
    Assert.Equal(Ok [| 1.5; nan |], Column.numbers "age" (text [| "1.5"; "" |]))
    Assert.Equal(Error(DataError.TextInNumber("age", 3, "old")), Column.numbers "age" (text [| "1"; ""; "old" |]))

[<Fact>]
let ``finite refuses what is missing and what is infinite with its row`` () =
    Assert.Equal(Error(DataError.MissingValue("age", 2)), Column.finite "age" (numeric [| 1.0; nan |]))
    Assert.Equal(Error(DataError.NotFinite("age", 1, infinity)), Column.finite "age" (numeric [| infinity; nan |]))
    Assert.Equal(Ok [| 1.0; 2.0 |], Column.finite "age" (numeric [| 1.0; 2.0 |]))

[<Fact>]
let ``varying refuses a constant column`` () =
    Assert.Equal(Error(DataError.ConstantColumn("age", 4.0)), Column.varying "age" (numeric [| 4.0; 4.0 |]))
    Assert.Equal(Ok [| 4.0; 5.0 |], Column.varying "age" (numeric [| 4.0; 5.0 |]))

[<Fact>]
let ``codes are the whole numbers below the number of levels`` () =
    Assert.Equal(Ok [| 0; 2; 1 |], Column.codes 3 "grade" (numeric [| 0.0; 2.0; 1.0 |]))

    for outside in [ 3.0; -1.0; 0.5; 1e300 ] do
        Assert.Equal(
            Error(DataError.LevelOutOfRange("grade", 2, outside, 3)),
            Column.codes 3 "grade" (numeric [| 0.0; outside |])
        )

[<Fact>]
let ``named codes are the positions of the names, also of names that are numbers`` () =
    Assert.Equal(Ok [| 1; 0 |], Column.namedCodes [| "low"; "high" |] "grade" (text [| "high"; "low" |]))
    Assert.Equal(Ok [| 1; 0 |], Column.namedCodes [| "5"; "10" |] "grade" (numeric [| 10.0; 5.0 |]))

[<Fact>]
let ``named codes refuse another name and a missing one with its row`` () =
    let codes = Column.namedCodes [| "low"; "high" |] "grade"
    Assert.Equal(Error(DataError.UnknownLevel("grade", 2, "hgih", [ "low"; "high" ])), codes (text [| "low"; "hgih" |]))
    Assert.Equal(Error(DataError.MissingValue("grade", 1)), codes (text [| ""; "low" |]))
