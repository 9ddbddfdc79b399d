namespace BgmFunctional.Data

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Unicode
open CsvHelper

/// Tables as comma-separated text: RFC 4180 quoting, UTF-8 with or without a byte-order mark, numbers with a point.
[<RequireQualifiedAccess>]
module Csv =
    let private readerOptions =
        CsvReaderOptions(
            Separator = Nullable ',',
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw
        )

    let private writerOptions =
        CsvWriterOptions(NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace)

    /// What is made of a file.
    type private Reading = {
        /// Fields that are missing values in it, besides those that always are.
        Marks: string list
        /// Whether all columns are to be texts.
        AllTexts: bool
        /// The columns that are wanted, by name.
        IsWanted: string -> bool
    }

    let private plain = { Marks = []; AllTexts = false; IsWanted = fun _ -> true }

    /// The number in a cell, NaN if it is missing; read from the bytes unless it is neither, or may be a mark.
    let private tryNumber marks (cell: ReadOnlySpan<byte>) =
        match Double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when List.isEmpty marks -> ValueSome value
        | _ ->
            let text = Encoding.UTF8.GetString cell

            if Missing.isMissing marks text then
                ValueSome nan
            else
                Number.tryParse text |> Option.toValueOption

    /// Visits every row below the header; a row that does not have the header's width is refused.
    let private eachRow path (bytes: byte[]) visit =
        use reader = CsvReader.Create(bytes, readerOptions)
        let width = reader.Headers.Count

        let rec next rows =
            if not (reader.Read()) then
                Ok rows
            elif reader.FieldCount <> width then
                Error(DataError.RaggedRow(path, int reader.LineNumber, reader.FieldCount, width))
            else
                visit reader
                next (rows + 1)

        next 0

    /// What stands between fields, if header and first row have no comma and equally many of it.
    let private otherSeparator (bytes: byte[]) =
        use lines = new StreamReader(new MemoryStream(bytes))
        let header, row = string (lines.ReadLine()), string (lines.ReadLine())

        let isBetween (separator: char, _) =
            let count = Seq.filter ((=) separator) >> Seq.length
            count header > 0 && count row = count header

        if header.Contains ',' then
            None
        else
            [ ';', "semicolons"; '\t', "tabs"; '|', "bars" ] |> List.tryFind isBetween

    let private headers (bytes: byte[]) =
        use reader = CsvReader.Create(bytes, readerOptions)
        Array.ofSeq reader.Headers

    /// The wanted columns. They are numeric until a text is found, unless all are to be texts; those that hold one are read again as texts.
    let private parse reading path bytes =
        let names = headers bytes
        let numbers = names |> Array.map (fun _ -> ResizeArray<float>())
        let texts = names |> Array.map (fun _ -> ResizeArray<string>())
        let isText = names |> Array.map (fun _ -> reading.AllTexts)

        let visitNumbers (reader: CsvReader) =
            for j in 0 .. names.Length - 1 do
                if not isText[j] then
                    match tryNumber reading.Marks (reader.GetSpan j) with
                    | ValueSome value -> numbers[j].Add value
                    | ValueNone -> isText[j] <- true

        let visitTexts (reader: CsvReader) =
            for j in 0 .. names.Length - 1 do
                if isText[j] then
                    let text = reader.GetString j
                    texts[j].Add(if Missing.isMissing reading.Marks text then "" else text)

        let column j name =
            if isText[j] then
                name, Column.Text(texts[j].ToArray())
            else
                name, Column.Numeric(numbers[j].ToArray())

        let readTexts () =
            if Array.contains true isText then
                eachRow path bytes visitTexts |> Result.map ignore
            else
                Ok()

        match eachRow path bytes visitNumbers with
        | Error refusal -> Error refusal
        | Ok _ when names.Length = 0 -> Error(DataError.EmptyFile path)
        | Ok 0 -> Error(DataError.NoRows path)
        | Ok _ ->
            readTexts ()
            |> Result.bind (fun () ->
                names
                |> Array.mapi column
                |> Array.filter (fst >> reading.IsWanted)
                |> Frame.ofColumns)

    let private table reading path (bytes: byte[]) =
        if not (Utf8.IsValid bytes) then
            Error(DataError.FileUnreadable(path, "it is not UTF-8; save it as UTF-8."))
        else
            try
                match otherSeparator bytes with
                | Some(_, separators) -> Error(DataError.OtherSeparator(path, separators))
                | None -> parse reading path bytes
            with :? CsvFormatException as problem ->
                Error(DataError.MalformedRow(path, int problem.LineNumber))

    /// The table in a file's bytes; the path is for the refusal.
    let ofBytes path bytes = table plain path bytes

    /// The table in a file. The first line names the columns. Missing are empty fields and NA, NaN, nan, null and NULL; a
    /// column is numeric if all its other fields are numbers; space around a field is not part of it unless it is quoted.
    let read path = AtomicFile.read path |> Result.bind (ofBytes path)

    /// The table in a file in which these fields are missing values, too: `?`, `.` or `-9`, say, each just as it stands there.
    let readWithMarks marks path = AtomicFile.read path |> Result.bind (table { plain with Marks = marks } path)

    /// The table in a file, every column as the texts that stand there: a number keeps its digits, and comes back as it was written.
    let readTexts path = AtomicFile.read path |> Result.bind (table { plain with AllTexts = true } path)

    /// The same of a file in which these fields are missing values, too.
    let readTextsWithMarks marks path =
        AtomicFile.read path
        |> Result.bind (table { plain with Marks = marks; AllTexts = true } path)

    /// The table in a file without row numbers as pandas writes them: columns without a name, or whose name begins with `Unnamed`.
    let readNumbered path =
        let isNamed (name: string) =
            not (
                String.IsNullOrWhiteSpace name
                || name.StartsWith("Unnamed", StringComparison.Ordinal)
            )

        AtomicFile.read path
        |> Result.bind (table { plain with IsWanted = isNamed } path)

    let private writeCell (writer: CsvWriter) row column =
        match column with
        | Column.Numeric values when Double.IsNaN values[row] -> writer.WriteField ""
        | Column.Numeric values -> writer.WriteField(values[row])
        | Column.Text values -> writer.WriteField(values[row])

    /// Writes a table, header first, as a whole or not at all. Numbers read back as the same bits, whole numbers stand
    /// without a point, and a missing value is an empty field.
    let write path frame =
        let columns = Frame.columns frame

        AtomicFile.write path (fun stream ->
            use writer = CsvWriter.Create(stream, writerOptions, leaveOpen = true)
            writer.WriteHeader(ReadOnlySpan(columns |> List.map fst |> Array.ofList))

            for row in 0 .. Frame.rowCount frame - 1 do
                for _, column in columns do
                    writeCell writer row column

                writer.EndRecord())
