module BgmFunctional.Tests.Charts.NumberTextTests

open System
open System.Globalization
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts

/// Numbers of any size and sign, zero among them.
let private numbers =
    gen {
        let! power = Gen.choose (-12, 12)
        let! digits = Gen.choose (-99_999, 99_999)
        return float digits * Math.Pow(10.0, float power)
    }
    |> Arb.fromGen

let private superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹"

/// The number that a text says.
let private read (text: string) =
    let number (text: string) = Double.Parse(text.Replace('−', '-').Replace(",", ""), CultureInfo.InvariantCulture)

    let power (text: string) =
        text
        |> String.map (fun c -> if c = '⁻' then '-' else char (int '0' + superscripts.IndexOf c))
        |> int

    match text.Split "×10" with
    | [| mantissa; exponent |] -> number mantissa * Math.Pow(10.0, float (power exponent))
    | _ -> number text

[<Fact>]
let ``no number but zero reads as zero, and zero has no sign`` () =
    Prop.forAll numbers (fun value ->
        let texts = [ NumberText.decimal 3 value; NumberText.significant 3 value ]

        texts
        |> List.forall (fun text -> sign (read text) = sign value && (value <> 0.0 || not (text.StartsWith '−'))))
    |> Law.check

[<Fact>]
let ``significant digits are significant`` () =
    Prop.forAll numbers (fun value -> abs (read (NumberText.significant 4 value) - value) <= 0.5001e-3 * abs value)
    |> Law.check

[<Fact>]
let ``numbers are written as people write them`` () =
    Assert.Equal("−1.23", NumberText.fixedPoint 2 -1.2345)
    Assert.Equal("0.00", NumberText.fixedPoint 2 -0.001)
    Assert.Equal("12,345.7", NumberText.fixedPoint 1 12345.67)
    Assert.Equal("−7.1×10⁻⁵", NumberText.decimal 3 -0.0000712)
    Assert.Equal("0.123", NumberText.decimal 3 0.1234)
    Assert.Equal("–", NumberText.significant 3 nan)

[<Fact>]
let ``an interval has the decimals that its length calls for`` () =
    Assert.Equal("0.57 [0.36, 0.77]", NumberText.interval 0.567 0.361 0.773)
    Assert.Equal("0.5670 [0.5623, 0.5712]", NumberText.interval 0.567 0.5623 0.5712)
    Assert.Equal("1234 [987, 1500]", NumberText.interval 1234.0 987.0 1500.0)
    Assert.Equal("(−7.1 [−9.3, −4.9])×10⁻⁵", NumberText.interval -7.1e-5 -9.3e-5 -4.9e-5)
    Assert.Equal("0.567", NumberText.interval 0.567 nan nan)
