using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What marks missing cells in the tables that a verb reads, besides what always does.</summary>
internal sealed class MissingMarks : Option<string>
{
    public MissingMarks()
        : base("--missing")
    {
        HelpName = "M1,M2";
        Description = "Fields that are holes, too, each just as it stands in the file: '?' or '.,-9', say. Empty fields, NA, NaN and null always are.";
        Validators.Add(Check);
    }

    /// <summary>The table as it stands in a file, so that what is seen can come back as it was written.</summary>
    public Columns Read(ParseResult parsed, string path) =>
        InputFile.Naming(_ => path, () => Columns.TextsFromCsv(path, CommonOptions.Words(parsed.GetValue(this))));

    private static void Check(OptionResult result)
    {
        if (result.Text() is { } list && CommonOptions.Words(list).Length == 0)
        {
            result.AddError($"{result.Option.Name}: found '{list}'; it must be texts that mark missing cells, with commas between them, such as '?'.");
        }
    }
}
