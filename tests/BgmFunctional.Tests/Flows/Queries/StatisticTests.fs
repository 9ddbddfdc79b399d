module BgmFunctional.Tests.Flows.StatisticTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Flows
open BgmFunctional.Tests.Flows.FlowGenerators

let private statistics =
    let level = Gen.elements [ "2"; "mild"; "very bad"; "a=b"; "<=3" ]

    Gen.oneof [
        Gen.constant Statistic.Mean
        Gen.map Statistic.AtMost level
        Gen.map Statistic.AtLeast level
        Gen.map Statistic.Exactly level
        Gen.choose (1, 999) |> Gen.map (fun p -> Statistic.Quantile(float p / 1000.0))
    ]

[<Fact>]
let ``the text of a statistic reads back as the same one`` () =
    Prop.forAll (Arb.fromGen statistics) (fun statistic ->
        ok (Statistic.parse (Statistic.format statistic)) = statistic)
    |> Law.check

[<Theory; InlineData(" level <= 2 "); InlineData("level<=2")>]
let ``blanks around a statistic do not matter`` text = Assert.Equal(Statistic.AtMost "2", ok (Statistic.parse text))

[<Theory>]
[<InlineData("median");
  InlineData("level<2");
  InlineData("level<=");
  InlineData("quantile");
  InlineData("quantile:half");
  InlineData("")>]
let ``another text is refused with what would do`` (text: string) =
    refused [ $"'{text}'"; "level<=k"; "quantile:p" ] (Statistic.parse text)

[<Theory; InlineData("0"); InlineData("1"); InlineData("-0.5"); InlineData("NaN"); InlineData("inf")>]
let ``a quantile outside 0 to 1 is refused`` (p: string) =
    refused [ "quantile"; "between 0 and 1" ] (Statistic.parse $"quantile:{p}")

let private named = Node.named "size" [ "small"; "mid"; "large" ]
let private ratings = Node.named "rating" [ "1"; "2"; "4" ]
let private of' node values statistic = Statistic.ofValues node values statistic |> ok

[<Fact>]
let ``levels are found by name, or by code where none has that name`` () =
    let sizes = [| 0.0; 0.0; 1.0; 2.0 |]

    for level in [ "mid"; "1" ] do
        Assert.Equal(0.75, of' named sizes (Statistic.AtMost level))
        Assert.Equal(0.5, of' named sizes (Statistic.AtLeast level))
        Assert.Equal(0.25, of' named sizes (Statistic.Exactly level))

    Assert.Equal(0.5, of' ratings sizes (Statistic.AtMost "1"))
    Assert.Equal(0.5, of' ratings sizes (Statistic.AtMost "0"))

[<Fact>]
let ``the mean of levels is that of the numbers that they say, else of their codes`` () =
    Assert.Equal(0.75, of' named [| 0.0; 0.0; 1.0; 2.0 |] Statistic.Mean)
    Assert.Equal(2.0, of' ratings [| 0.0; 0.0; 1.0; 2.0 |] Statistic.Mean)

[<Fact>]
let ``a level that a node does not have is refused with those that it has`` () =
    refused
        [ "level<=huge"; "'size'"; "small, mid, large" ]
        (Statistic.ofValues named [| 0.0 |] (Statistic.AtMost "huge"))

[<Fact>]
let ``a statistic of another kind of node is refused with those that would do`` () =
    let length = Node.continuous "length"

    refused
        [ "level=1"; "'length' is continuous"; "quantile:p" ]
        (Statistic.ofValues length [| 0.0 |] (Statistic.Exactly "1"))

    refused
        [ "quantile:0.5"; "'size' is ordinal"; "level<=k" ]
        (Statistic.ofValues named [| 0.0 |] (Statistic.Quantile 0.5))
