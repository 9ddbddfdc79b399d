module BgmFunctional.Tests.Bgm.TableEncodingTests

open System
open System.IO
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Tests
open BgmFunctional.Tests.Data

let private frame columns = Expect.ok (Frame.ofColumns columns)
let private learn columns = TableEncoding.learn [] (frame columns)

// ---- generated tables ----

/// A column with some cells missing and at least the first seen.
let private holed missing cells =
    gen {
        let! cells = cells

        let! isHole =
            Gen.arrayOfLength (Array.length cells) (Gen.frequency [ 3, Gen.constant false; 1, Gen.constant true ])

        return Array.mapi (fun i cell -> if i > 0 && isHole[i] then missing else cell) cells
    }

let private column rows =
    let texts levels = Gen.elements levels |> Gen.arrayOfLength rows |> holed "" |> Gen.map Column.Text

    Gen.oneof [
        Gen.choose (-3000, 3000)
        |> Gen.map (fun i -> float i / 7.0)
        |> Gen.arrayOfLength rows
        |> holed nan
        |> Gen.map Column.Numeric
        Gen.choose (0, 30)
        |> Gen.map (fun i -> $"{i}.50")
        |> Gen.arrayOfLength rows
        |> holed ""
        |> Gen.map Column.Text
        Gen.elements [ 0.0; 1.0 ]
        |> Gen.arrayOfLength rows
        |> holed nan
        |> Gen.map Column.Numeric
        texts [ "1"; "2" ]
        texts [ "no"; "yes" ]
        texts [ "red"; "green"; "dark, blue"; "x\"y" ]
        texts [ "only" ]
    ]

/// Tables with holes in columns of every kind, of which the first one varies.
let private tables =
    gen {
        let! rows = Gen.choose (2, 12)
        let! width = Gen.choose (1, 5)
        let! columns = Gen.listOfLength width (column rows)
        let varies = Column.Numeric(Array.init rows (fun i -> float i / 2.0))
        return frame (("v", varies) :: List.mapi (fun j column -> $"c{j}", column) columns)
    }
    |> Arb.fromGen

let private encoded table =
    let encoding = Expect.ok (TableEncoding.learn [] table)
    encoding, Expect.ok (TableEncoding.encode encoding table)

let private zeros (x: Tensor) =
    Tensor.view x.Shape (Tensor.toFloat32 x |> Array.map (fun x -> if Single.IsNaN x then 0.0f else x))

let private cells frame =
    Frame.columns frame
    |> List.map (fun (name, column) -> name, Column.texts column)

/// Rows of a matrix.
let private rowsOf (x: Tensor) = Tensor.toArray x |> Array.chunkBySize (max 1 x.Shape[1])

// ---- laws ----

[<Fact>]
let ``what is seen comes back untouched, and no hole is left`` () =
    Prop.forAll tables (fun table ->
        let encoding, matrix = encoded table
        let filled = Expect.ok (TableDecoding.fill encoding table (zeros matrix))

        List.forall2
            (fun (name, before) (found, after) ->
                name = found
                && Array.forall2 (fun before after -> before = after || (before = "" && after <> "")) before after)
            (cells table)
            (cells filled))
    |> Law.check

[<Fact>]
let ``a matrix decodes to cells that encode to it again`` () =
    Prop.forAll tables (fun table ->
        let encoding, matrix = encoded table
        let filled = Expect.ok (TableDecoding.fill encoding table (zeros matrix))
        let again = Expect.ok (TableEncoding.encode encoding filled)
        let twice = Expect.ok (TableDecoding.fill encoding table again)
        cells filled = cells twice)
    |> Law.check

[<Fact>]
let ``a hole of a row is a hole in each of its columns, and nothing else is`` () =
    Prop.forAll tables (fun table ->
        let encoding, matrix = encoded table
        let names = TableEncoding.names encoding |> List.toArray

        let missing =
            Frame.columns table
            |> List.map (fun (name, column) -> name, Column.missing column)
            |> Map.ofList

        rowsOf matrix
        |> Array.indexed
        |> Array.forall (fun (i, row) ->
            Array.forall2 (fun (name: string) value -> Double.IsNaN value = missing[name.Split('=')[0]][i]) names row))
    |> Law.check

[<Fact>]
let ``what is seen has mean 0 and variance 1 in every column`` () =
    Prop.forAll tables (fun table ->
        let _, matrix = encoded table

        rowsOf matrix
        |> Array.transpose
        |> Array.forall (fun column ->
            let seen = column |> Array.filter (Double.IsNaN >> not)
            // float32 rounds each of the values, which are a few units large.
            abs (Array.average seen) < 1e-5
            && abs (Array.averageBy (fun x -> x * x) seen - 1.0) < 1e-5))
    |> Law.check

[<Fact>]
let ``numbers and texts encode alike, and the order of columns does not matter`` () =
    Prop.forAll tables (fun table ->
        let encoding, matrix = encoded table

        let texts =
            cells table
            |> List.rev
            |> List.map (fun (name, texts) -> name, Column.Text texts)
            |> frame

        let found = Expect.ok (TableEncoding.encode encoding texts)
        // Equal bits, holes included.
        (Tensor.toFloat32 found |> Array.map BitConverter.SingleToInt32Bits) =
            (Tensor.toFloat32 matrix |> Array.map BitConverter.SingleToInt32Bits))
    |> Law.check

[<Fact>]
let ``an encoding reads back the same from its JSON`` () =
    Prop.forAll tables (fun table ->
        let encoding = Expect.ok (TableEncoding.learn [] table)
        StoredEncoding.read (StoredEncoding.write encoding) = Ok encoding)
    |> Law.check

[<Fact>]
let ``what is exchanged for quantiles keeps its order and stays in the range of the table, among its values if they repeat``
    ()
    =
    let numbers = Gen.choose (-30, 30) |> Gen.map (fun i -> float i / 7.0) |> Gen.arrayOfLength 40

    Prop.forAll (Arb.fromGen (Gen.two numbers)) (fun (seen, sample) ->
        let exact = Marginal.exchange (Marginal.ofValues seen) sample
        let repeated = Array.append seen seen
        let among = Marginal.exchange (Marginal.ofValues repeated) sample
        let ascending = Array.sort sample

        ascending
        |> Array.map exact
        |> Array.pairwise
        |> Array.forall (fun (low, high) -> low <= high)
        && ascending
           |> Array.forall (fun x -> exact x >= Array.min seen - 1e-12 && exact x <= Array.max seen + 1e-12)
        && ascending |> Array.forall (fun x -> Array.contains (among x) seen))
    |> Law.check

[<Fact>]
let ``a file comes back with the digits that were in it`` () =
    use folder = new TemporaryFolder()
    let path, out = folder.File "holes.csv", folder.File "filled.csv"
    File.WriteAllText(path, "id,dose,arm,done\n1,1.50,\"a, b\",1\n2,,c,0\n3,2.00,NA,1\n4,1e1,c,\n5,07,c,0\n")
    let table = Expect.ok (Csv.readTexts path)
    let encoding, matrix = encoded table
    Expect.ok (Csv.write out (Expect.ok (TableDecoding.fill encoding table (zeros matrix))))

    Assert.Equal(
        "id,dose,arm,done\n1,1.50,\"a, b\",1\n2,5.125,c,0\n3,2.00,c,1\n4,1e1,c,1\n5,07,c,0\n",
        File.ReadAllText out
    )

// ---- kinds ----

let private kinds categorical columns =
    (Expect.ok (TableEncoding.learn categorical (frame columns))).Columns
    |> List.map _.Kind

[<Fact>]
let ``two whole numbers are levels, one number is a level, other numbers are numbers`` () =
    let expected = [
        CellKind.Number
        CellKind.Levels [ "1"; "2" ]
        CellKind.Levels [ "3.5" ]
        CellKind.Number
        CellKind.Levels [ "2"; "10" ]
    ]

    let found =
        kinds [] [
            "age", Column.Numeric [| 1.0; 2.0; 3.0 |]
            "sex", Column.Text [| "2"; "1.0"; "1" |]
            "dose", Column.Numeric [| 3.5; nan; 3.5 |]
            "share", Column.Numeric [| 0.5; 0.25; nan |]
            "grade", Column.Numeric [| 10.0; 2.0; 2.0 |]
        ]

    Assert.Equal<CellKind list>(expected, found)

[<Fact>]
let ``numbers are levels, in their order, where the column is named as categorical`` () =
    let found = kinds [ "stage" ] [ "stage", Column.Numeric [| 10.0; 1.0; 2.0; nan |] ]
    Assert.Equal<CellKind list>([ CellKind.Levels [ "1"; "2"; "10" ] ], found)

[<Fact>]
let ``a single level is filled in, and takes no column of the matrix`` () =
    let table =
        frame [ "x", Column.Numeric [| 1.0; 2.0; 4.0 |]; "site", Column.Text [| "Bern"; ""; "Bern" |] ]

    let encoding, matrix = encoded table
    Assert.Equal<string list>([ "x" ], TableEncoding.names encoding)
    let filled = Expect.ok (TableDecoding.fill encoding table matrix)
    Assert.Equal(Ok(Column.Text [| "Bern"; "Bern"; "Bern" |]), Frame.column "site" filled)

[<Fact>]
let ``a hole takes the level with the largest score`` () =
    let table =
        frame [ "arm", Column.Text [| "a"; "b"; "c"; "" |]; "sex", Column.Numeric [| 0.0; 1.0; 1.0; nan |] ]

    let encoding, matrix = encoded table
    Assert.Equal<string list>([ "arm=a"; "arm=b"; "arm=c"; "sex=1" ], TableEncoding.names encoding)

    for scores, arm, sex in [ [| 0.1f; 0.9f; 0.2f; -2.0f |], "b", 0.0; [| 0.1f; -0.9f; 0.2f; 2.0f |], "c", 1.0 ] do
        let values = Array.append (Array.take 12 (Tensor.toFloat32 matrix)) scores
        let filled = Expect.ok (TableDecoding.fill encoding table (Tensor.view [| 4; 4 |] values))
        Assert.Equal(arm, (Column.texts (Expect.ok (Frame.column "arm" filled)))[3])

        Assert.Equal<float[]>(
            [| 0.0; 1.0; 1.0; sex |],
            Expect.ok (Column.numbers "sex" (Expect.ok (Frame.column "sex" filled)))
        )

[<Fact>]
let ``an interval is in the units of its column, and a chance between 0 and 1`` () =
    let table = frame [ "x", Column.Numeric [| 10.5; 30.5 |]; "arm", Column.Text [| "a"; "b" |] ]
    let interval = TableDecoding.interval (Expect.ok (TableEncoding.learn [] table))
    Assert.Equal({ Row = 8; Column = "x"; Mean = 25.5; Low = 10.5; High = 40.5 }, interval 7 0 (0.5, -1.0, 2.0))
    Assert.Equal({ Row = 1; Column = "arm=b"; Mean = 0.75; Low = 0.0; High = 1.0 }, interval 0 1 (0.5, -1.5, 2.0))

// ---- refusals ----

let private refused error (result: Result<'a, DataError>) =
    match result with
    | Error found -> Assert.Equal<DataError>(error, found)
    | Ok _ -> failwith $"{error} was expected"

let private varying = "x", Column.Numeric [| 1.0; 2.0; 3.0 |]

[<Fact>]
let ``a column with nothing observed is refused when it is learned from, and filled when it is predicted`` () =
    learn [ varying; "y", Column.Numeric [| nan; nan; nan |] ]
    |> refused (DataError.NothingObserved "y")

    let encoding = Expect.ok (learn [ varying; "y", Column.Text [| "a"; "b"; "c" |] ])
    let table = frame [ varying; "y", Column.Numeric [| nan; nan; nan |] ]
    let matrix = Expect.ok (TableEncoding.encode encoding table)
    let filled = Expect.ok (TableDecoding.fill encoding table (zeros matrix))
    Assert.DoesNotContain("", Column.texts (Expect.ok (Frame.column "y" filled)))

[<Fact>]
let ``a text among numbers is refused with its row, unless the column is named as categorical`` () =
    let columns = [ varying; "y", Column.Text [| "1"; "2"; "old" |] ]
    learn columns |> refused (DataError.TextInNumber("y", 3, "old"))
    Assert.Equal(CellKind.Levels [ "1"; "2"; "old" ], (kinds [ "y" ] columns)[1])

[<Fact>]
let ``a mark of missing cells is refused as such, when it is learned from and when it is predicted`` () =
    learn [ varying; "y", Column.Text [| "1"; "2"; "?" |] ]
    |> refused (DataError.LikelyMark("y", 3, "?", 1))

    let encoding = Expect.ok (learn [ varying; "arm", Column.Text [| "a"; "b"; "" |] ])
    let encode x arm = TableEncoding.encode encoding (frame [ "x", Column.Text x; "arm", Column.Text arm ])

    encode [| "1"; "." |] [| "a"; "b" |]
    |> refused (DataError.LikelyMark("x", 2, ".", 1))

    encode [| "1"; "2" |] [| "?"; "?" |]
    |> refused (DataError.LikelyMark("arm", 1, "?", 2))

[<Fact>]
let ``levels that may be marks are named, unless all of a column look so`` () =
    let found texts = TableEncoding.likelyMarks (Expect.ok (learn [ varying; "y", Column.Text texts ]))
    Assert.Equal<(string * string) list>([ "y", "?" ], found [| "a"; "?"; "b" |])
    Assert.Empty(found [| "a"; "b"; "" |])
    Assert.Empty(found [| "+"; "-"; "+" |])

[<Fact>]
let ``infinite values are refused when they are learned from and when they are predicted`` () =
    learn [ "x", Column.Text [| "1"; "inf"; "3" |] ]
    |> refused (DataError.NotFinite("x", 2, infinity))

    let encoding = Expect.ok (learn [ varying ])

    TableEncoding.encode encoding (frame [ "x", Column.Numeric [| -infinity |] ])
    |> refused (DataError.NotFinite("x", 1, -infinity))

[<Fact>]
let ``numbers too far out to be computed with are refused`` () =
    learn [ "x", Column.Numeric [| 1e308; 1.2e308; nan; 1.5e308 |] ]
    |> refused (DataError.TooFar("x", 4, 1.5e308))

    learn [ "x", Column.Numeric [| 1.0; 2.0; 1e20; nan; 3.0; 4.0 |] ]
    |> refused (DataError.TooFar("x", 3, 1e20))

    let encoding = Expect.ok (learn [ varying ])

    TableEncoding.encode encoding (frame [ "x", Column.Numeric [| 2.0; 1e9 |] ])
    |> refused (DataError.TooFar("x", 2, 1e9))

[<Fact>]
let ``numbers of any finite scale are standardised`` () =
    for scale in [ 1e-200; 1e150 ] do
        let matrix = snd (encoded (frame [ "x", Column.Numeric [| scale; 2.0 * scale; nan; 3.0 * scale |] ]))
        let value = float32 (sqrt 1.5)
        Assert.Equal<float32[]>([| -value; 0.0f; nanf; value |], Tensor.toFloat32 matrix)

[<Fact>]
let ``a category that was never seen is refused with its row`` () =
    let encoding = Expect.ok (learn [ varying; "arm", Column.Text [| "a"; "b"; "c" |] ])
    let seen = frame [ "x", Column.Numeric [| 1.0; nan |]; "arm", Column.Text [| ""; "d" |] ]

    TableEncoding.encode encoding seen
    |> refused (DataError.UnknownLevel("arm", 2, "d", [ "a"; "b"; "c" ]))

[<Fact>]
let ``columns too few and too many are refused with their names`` () =
    let encoding = Expect.ok (learn [ varying; "y", Column.Numeric [| 4.0; 5.0; 7.0 |] ])

    TableEncoding.encode encoding (frame [ varying ])
    |> refused (DataError.MissingColumns([ "y" ], [ "x" ]))

    TableEncoding.encode encoding (frame [ varying; "y", snd varying; "z", snd varying ])
    |> refused (DataError.SurplusColumns([ "z" ], [ "x"; "y" ]))

[<Fact>]
let ``names of rows are no categories`` () =
    let texts levels rows = Array.init rows (fun i -> $"person {i % levels}")

    for levels, rows, most in [ 65, 1000, 64; 31, 60, 30; 11, 11, 10 ] do
        learn [ "who", Column.Text(texts levels rows) ]
        |> refused (DataError.TooManyLevels("who", levels, most))

        learn [ "who", Column.Text(texts (levels - 1) rows) ] |> Expect.ok |> ignore

    let named = frame [ "who", Column.Text(texts 31 60) ]
    Assert.Equal(31, (TableEncoding.learn [ "who" ] named |> Expect.ok |> TableEncoding.names).Length)

[<Fact>]
let ``a table in which nothing varies is refused`` () =
    learn [ "x", Column.Numeric [| 1.0; nan; 1.0 |]; "y", Column.Text [| "a"; "a"; "" |] ]
    |> refused (DataError.NothingVaries [ "x"; "y" ])

[<Fact>]
let ``a categorical column that is not there is refused`` () =
    TableEncoding.learn [ "z" ] (frame [ varying ])
    |> refused (DataError.MissingColumns([ "z" ], [ "x" ]))

[<Fact>]
let ``a stored encoding whose moments do not fit is refused`` () =
    let text = StoredEncoding.write (Expect.ok (learn [ varying ]))

    for broken in
        [
            text.Replace("\"deviations\":[", "\"deviations\":[-")
            text.Replace("\"means\":[", "\"means\":[1,")
            "[7]"
        ] do
        Assert.True((StoredEncoding.read broken).IsError)
