/// Inputs for properties: each generator restricts its values to the domain and to nothing else.
module BgmFunctional.Tests.Generators

open System
open FsCheck
open FsCheck.FSharp
open BgmFunctional.Charts
open BgmFunctional.Data

/// Text as a cell may hold it: quotes, separators, line breaks, spaces at the ends, letters of any script.
let text =
    Gen.elements [
        "\""
        ","
        ";"
        "\n"
        "\r\n"
        "\r"
        " "
        "\t"
        "'"
        "a"
        "Zürich"
        "é"
        "日本"
        "😀"
        "="
        "#"
        "7"
        "."
    ]
    |> Gen.listOf
    |> Gen.map String.Concat

/// Text that is neither missing nor a number.
let private word = text |> Gen.map (fun text -> $"x{text}y")

/// Every float except NaN, with whole numbers, extremes and infinities among them.
let private number =
    Gen.oneof [
        ArbMap.defaults |> ArbMap.generate<float>
        ArbMap.defaults |> ArbMap.generate<int> |> Gen.map float
        Gen.elements [ 0.0; 0.1; Double.Epsilon; Double.MaxValue; 1e20; 1e-7; infinity; -infinity ]
    ]
    |> Gen.filter (Double.IsNaN >> not)

let private orMissing missing generator = Gen.frequency [ 4, generator; 1, Gen.constant missing ]

let private column rows =
    Gen.oneof [
        number |> orMissing nan |> Gen.arrayOfLength rows |> Gen.map Column.Numeric
        Gen.map2
            (fun first rest -> Column.Text(Array.append [| first |] rest))
            word
            (word |> orMissing "" |> Gen.arrayOfLength (rows - 1))
    ]

let private names = Gen.nonEmptyListOf word |> Gen.map List.distinct

/// Tables of at least one row and one column; a column of texts has at least one text that is not missing.
let frames =
    gen {
        let! names = names
        let! rows = Gen.choose (1, 12)
        let! columns = Gen.listOfLength names.Length (column rows)

        return
            match Frame.ofColumns (List.zip names columns) with
            | Ok frame -> frame
            | Error refusal -> failwith (DataError.message refusal)
    }
    |> Arb.fromGen

/// An array of any type and of rank 0 to 3, empty ones included.
let storedArray =
    let of' make values =
        gen {
            let! shape =
                Gen.choose (0, 3)
                |> Gen.bind (fun rank -> Gen.listOfLength rank (Gen.choose (0, 4)))

            let! values = Gen.arrayOfLength (List.fold (*) 1 shape) values
            return make (shape, values)
        }

    Gen.oneof [
        of' StoredArray.F32 (ArbMap.generate<float32> ArbMap.defaults)
        of' StoredArray.F64 (ArbMap.generate<float> ArbMap.defaults)
        of' StoredArray.I32 (ArbMap.generate<int> ArbMap.defaults)
        of' StoredArray.I64 (ArbMap.generate<int64> ArbMap.defaults)
        of' StoredArray.U8 (ArbMap.generate<byte> ArbMap.defaults)
    ]

/// Up to six arrays of every type and of rank 0 to 3, empty ones and odd names included, with texts.
let safetensors =
    gen {
        let! names = Gen.listOf text |> Gen.map List.distinct
        let! arrays = Gen.listOfLength names.Length storedArray
        let! metadata = Gen.listOf (Gen.zip text text)

        return { Tensors = List.zip names arrays; Metadata = Map.ofList metadata }
    }
    |> Gen.resize 6
    |> Arb.fromGen

/// Floats as they come out of a computation that went wrong: any size, NaN and infinities included.
let private anyNumber =
    Gen.oneof [
        number
        Gen.elements [ nan; 1e308; -1e308; 1e-310; 0.0 ]
        Gen.choose (-1000, 1000) |> Gen.map (fun i -> float i / 10.0)
    ]

let private pairs = Gen.zip anyNumber anyNumber |> Gen.listOf

/// Points (x, y), NaN and infinities among them.
let points = Arb.fromGen pairs

let private interval =
    gen {
        let! label = text
        let! estimate = anyNumber
        let! lower = anyNumber
        let! upper = anyNumber

        return { Label = label; Estimate = estimate; Lower = lower; Upper = upper }
    }

let private series =
    gen {
        let! label = text

        return!
            Gen.oneof [
                pairs |> Gen.map (Series.line label)
                pairs |> Gen.map (Series.points label)
                Gen.zip3 anyNumber anyNumber anyNumber
                |> Gen.listOf
                |> Gen.map (Series.band label)
                anyNumber |> Gen.listOf |> Gen.map (Series.histogram label)
            ]
    }

let private reference =
    Gen.oneof [
        Gen.zip anyNumber text |> Gen.map Reference.Vertical
        Gen.zip anyNumber text |> Gen.map Reference.Horizontal
        Gen.constant Reference.Diagonal
    ]

/// Nodes n0, n1, …, and edges from lower to higher numbers.
let graphs =
    gen {
        let! count = Gen.choose (1, 7)
        let! detail = text
        let nodes = [ for i in 0 .. count - 1 -> { Name = $"n{i}"; Detail = detail } ]

        let pairs = [
            for i in 0 .. count - 1 do
                for j in i + 1 .. count - 1 -> i, j
        ]

        let! chosen = Gen.subListOf pairs
        let! label = Gen.elements [ "ls"; "cs"; "ci"; "" ]
        return nodes, [ for i, j in chosen -> { From = $"n{i}"; To = $"n{j}"; Label = label } ]
    }
    |> Arb.fromGen

let private panel =
    Gen.oneof [
        Gen.map2 (fun title series -> Panel.plot title title title series) text (Gen.listOf series)
        |> Gen.map2 Panel.withReferences (Gen.listOf reference)
        |> Gen.map2
            (fun isLogarithmic -> if isLogarithmic then Panel.withLogarithmicX else id)
            (Gen.elements [ true; false ])
        gen {
            let! names = Gen.listOf text
            let! heights = Gen.listOfLength names.Length anyNumber
            return Panel.bars "bars" "x" "y" names [ "one", heights; "two", heights ]
        }
        Gen.map2 (fun title intervals -> Panel.forest title title [ title, intervals ]) text (Gen.listOf interval)
        |> Gen.map2
            (fun isLogarithmic -> if isLogarithmic then Panel.withLogarithmicX else id)
            (Gen.elements [ true; false ])
        gen {
            let! rows = Gen.listOf text
            let! columns = Gen.listOf text
            let! cells = anyNumber |> Gen.listOfLength columns.Length |> Gen.listOfLength rows.Length
            return Panel.heatMap "heat map" rows columns cells
        }
        Gen.map2 (fun title (nodes, edges) -> Panel.graph title (Graph.create nodes edges)) text graphs.Generator
    ]

/// Figures of every kind of mark, with values and texts that no figure should have.
let figures =
    gen {
        let! title = text
        let! subtitle = text
        let! panels = Gen.listOf panel

        return
            Figure.create title panels
            |> Figure.withSubtitle subtitle
            |> Figure.withCaption subtitle
    }
    |> Gen.resize 5
    |> Arb.fromGen
