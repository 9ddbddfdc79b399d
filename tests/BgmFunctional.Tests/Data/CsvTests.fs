module BgmFunctional.Tests.Data.CsvTests

open System
open System.IO
open System.Text
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Tests

let private read (text: string) = Csv.ofBytes "data.csv" (Encoding.UTF8.GetBytes text)

let private table columns : Result<Frame, DataError> = Frame.ofColumns columns

let private same (expected: Result<Frame, DataError>) (found: Result<Frame, DataError>) =
    Assert.True(expected.Equals found, $"{found}")

let private refused expected text = Assert.Equal(Error expected, read text)

[<Fact>]
let ``what is written reads back the same`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "data.csv"

    Prop.forAll Generators.frames (fun frame ->
        Expect.ok (Csv.write path frame)
        (Csv.read path).Equals(Ok frame: Result<_, DataError>))
    |> Law.check

[<Fact>]
let ``numbers are written short, missing values as empty fields, texts quoted where they must be`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "data.csv"

    match
        table [
            "a,b", Column.Numeric [| 1.0; 0.1; nan; infinity |]
            "c", Column.Text [| "x"; "say \"x\""; ""; "x, y" |]
        ]
    with
    | Ok frame -> Expect.ok (Csv.write path frame)
    | Error refusal -> failwith (DataError.message refusal)

    Assert.Equal("\"a,b\",c\n1,x\n0.1,\"say \"\"x\"\"\"\n,\nInfinity,\"x, y\"\n", File.ReadAllText path)

[<Fact>]
let ``a byte-order mark, line ends of any kind, blank lines and spaces around fields make no difference`` () =
    let expected = table [ "a", Column.Numeric [| 1.0; 3.0 |]; "b", Column.Numeric [| 2.0; 4.0 |] ]

    for text in
        [
            "a,b\n1,2\n3,4\n"
            "\ufeffa,b\r\n1,2\r\n3,4"
            "a , b\n\n 1, 2\n\n3 ,4\n\n"
            "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n"
        ] do
        same expected (read text)

[<Fact>]
let ``every spelling of a missing value is missing, among numbers and among texts`` () =
    for missing in [ ""; "NA"; "NaN"; "nan"; "null"; "NULL"; "\"\"" ] do
        same
            (table [ "a", Column.Numeric [| 1.0; nan |]; "b", Column.Text [| "x"; "" |] ])
            (read $"a,b\n1,x\n{missing},{missing}\n")

[<Fact>]
let ``marks are missing values, and all else reads as without them`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "data.csv"

    for mark in [ "?"; "."; "-9"; "n/a" ] do
        Prop.forAll Generators.frames (fun frame ->
            let columns =
                Frame.columns frame
                |> List.map (fun (name, column) -> name, Column.texts column)

            let marked =
                columns
                |> List.map (fun (name, texts) ->
                    name,
                    texts
                    |> Array.map (function
                        | "" -> mark
                        | text -> text))

            let asTexts = List.map (fun (name, texts) -> name, Column.Text texts) >> Frame.ofColumns
            Expect.ok (Csv.write path (Expect.ok (asTexts marked)))

            columns |> List.exists (snd >> Array.contains mark)
            || (Csv.readWithMarks [ "x?"; mark ] path).Equals(Ok frame: Result<_, DataError>)
               && (Csv.readTextsWithMarks [ mark ] path).Equals(asTexts columns))
        |> Law.check

[<Fact>]
let ``a mark is compared as a text, without the space around its field`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "data.csv"
    File.WriteAllText(path, "a,b\n -9 ,\"-9\"\n-9.0,-99\n")

    same
        (table [ "a", Column.Numeric [| nan; -9.0 |]; "b", Column.Numeric [| nan; -99.0 |] ])
        (Csv.readWithMarks [ "-9" ] path)

[<Fact>]
let ``infinities are numbers, and refused by who needs finite ones`` () =
    same (table [ "a", Column.Numeric [| infinity; -infinity; infinity; 1.0 |] ]) (read "a\ninf\n-Inf\nInfinity\n1\n")

[<Fact>]
let ``one text makes a column of texts, kept as they were written`` () =
    same (table [ "a", Column.Text [| "01"; ""; "old" |] ]) (read "a\n01\nNA\nold\n")

[<Fact>]
let ``a file without content, columns or rows is refused`` () =
    refused (DataError.EmptyFile "data.csv") ""
    refused (DataError.EmptyFile "data.csv") "\n\n"
    refused (DataError.NoRows "data.csv") "a,b\n"
    refused (DataError.OtherSeparator("data.csv", "semicolons")) "a;b\n1,5;2\n"
    refused (DataError.OtherSeparator("data.csv", "tabs")) "a\tb\n1\t2\n"
    refused (DataError.DuplicateColumn "a") "a,b,a\n1,2,3\n"
    refused (DataError.UnnamedColumn 2) "a,,b\n1,2,3\n"

[<Fact>]
let ``a row too short or too long is refused with its line, also after a field of two lines`` () =
    refused (DataError.RaggedRow("data.csv", 3, 1, 2)) "a,b\n1,2\n3\n"
    refused (DataError.RaggedRow("data.csv", 2, 3, 2)) "a,b\n1,2,\n"
    refused (DataError.RaggedRow("data.csv", 4, 1, 2)) "a,b\n\"x\ny\",2\n3\n"

[<Fact>]
let ``quotes that do not fit are refused with their line`` () =
    for row in [ "\"x,2"; "x\"y,2"; "\"x\"y,2" ] do
        refused (DataError.MalformedRow("data.csv", 3)) $"a,b\n1,2\n{row}\n"

[<Fact>]
let ``bytes that are not UTF-8 are refused`` () =
    match Csv.ofBytes "data.csv" (Encoding.Latin1.GetBytes "a\nZürich\n") with
    | Error(DataError.FileUnreadable("data.csv", reason)) -> Assert.Contains("UTF-8", reason)
    | other -> failwith $"{other}"

[<Fact>]
let ``any bytes are a table or a refusal, never an exception`` () =
    Prop.forAll (ArbMap.defaults |> ArbMap.arbitrary<byte[]>) (fun bytes ->
        match Csv.ofBytes "data.csv" bytes with
        | Ok frame -> Frame.rowCount frame > 0
        | Error refusal -> DataError.message refusal <> "")
    |> Law.check
