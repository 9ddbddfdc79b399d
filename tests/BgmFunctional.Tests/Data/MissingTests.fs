module BgmFunctional.Tests.Data.MissingTests

open Xunit
open BgmFunctional.Data

let private refusedNumber texts =
    let column = Column.Text texts

    match Column.numbers "x" column with
    | Error refusal -> Missing.explain column refusal
    | Ok _ -> failwith "it was to be refused"

[<Fact>]
let ``what looks like a mark has neither a letter nor a digit, or says that nothing is there`` () =
    for mark in [ "?"; "."; "-"; "--"; "***"; "N/A"; "n/a"; "#N/A"; "<na>"; "Na"; "Null"; "missing" ] do
        Assert.True(Missing.isLikelyMark mark, mark)

    for text in [ ""; "no"; "none"; "nanny"; "-9"; "<5"; "1?"; "unknown"; "-----------" ] do
        Assert.False(Missing.isLikelyMark text, text)

[<Fact>]
let ``a text among numbers is told as a mark where it looks like one, or is all that several cells hold instead`` () =
    Assert.Equal(DataError.LikelyMark("x", 2, "?", 1), refusedNumber [| "1"; "?"; "old"; "" |])
    Assert.Equal(DataError.LikelyMark("x", 2, "unk", 2), refusedNumber [| "1"; "unk"; "3"; "unk"; "" |])

    for texts in [ [| "1"; "unk"; "3" |]; [| "1"; "unk"; "3"; "old"; "unk" |] ] do
        Assert.Equal(DataError.TextInNumber("x", 2, "unk"), refusedNumber texts)

[<Fact>]
let ``an unknown level is told as a mark only where it looks like one, and other refusals stay as they are`` () =
    let column = Column.Text [| "d"; "?"; "d"; "?" |]
    let unknown text = DataError.UnknownLevel("x", 1, text, [ "a"; "b" ])
    Assert.Equal(DataError.LikelyMark("x", 1, "?", 2), Missing.explain column (unknown "?"))

    for refusal in [ unknown "d"; DataError.MissingValue("x", 1); DataError.NotFinite("x", 1, infinity) ] do
        Assert.Equal(refusal, Missing.explain column refusal)
