using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>A file that a verb reads.</summary>
internal sealed class InputFile : Option<string>
{
    public InputFile(string name, string example, string description)
        : base(name)
    {
        HelpName = example;
        Description = description;
        Required = true;
    }

    public static InputFile Data(string description) => new("--data", "FILE.csv", description);

    /// <summary>What is made of the rows in the file; where they are refused, the message names it.</summary>
    public T Use<T>(ParseResult parsed, Func<Columns, T> make) => Use(parsed.GetRequiredValue(this), make);

    /// <summary>What is made of the rows in a file; where they are refused, the message names it.</summary>
    public static T Use<T>(string path, Func<Columns, T> make) => Naming(_ => path, () => make(Columns.FromCsv(path)));

    /// <summary>Adds the file to the message about rows that are refused, unless it stands there.</summary>
    public static T Naming<T>(Func<DataException, string> fileOf, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DataException refusal) when (!IsNamed(refusal.Message, fileOf(refusal)))
        {
            throw new DataException($"{fileOf(refusal)}: {refusal.Message}");
        }
    }

    public static InputFile Model(string writer = "bgm dag fit") =>
        new("--model", "MODEL.safetensors", $"A model that `{writer}` has written.");

    private static bool IsNamed(string message, string path) =>
        message.StartsWith($"{path}:", StringComparison.Ordinal) || message.StartsWith($"{path},", StringComparison.Ordinal);
}

/// <summary>Several files that a verb reads, named one by one or by a pattern.</summary>
internal sealed class InputFiles : Option<string[]>
{
    public InputFiles(string name, string example, string description)
        : base(name)
    {
        HelpName = example;
        Description = description;
        Required = true;
        AllowMultipleArgumentsPerToken = true;
    }

    /// <summary>The files; a pattern that names none is refused.</summary>
    public IReadOnlyList<string> Read(ParseResult parsed) => [.. parsed.GetRequiredValue(this).SelectMany(Files)];

    /// <summary>A file as it is named, or those that a pattern names, by length and name, so that filled.2.csv comes before filled.10.csv.</summary>
    private static IEnumerable<string> Files(string word)
    {
        var folder = Path.GetDirectoryName(word) is { Length: > 0 } named ? named : ".";
        if (Path.GetFileName(word).IndexOfAny(['*', '?']) < 0 || !Directory.Exists(folder)) return [word];
        var files = Directory.GetFiles(folder, Path.GetFileName(word));
        return files.Length > 0
            ? files.OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal)
            : throw new DataException($"{word}: no file has such a name; name files, or a pattern that some have");
    }
}

/// <summary>The file that a verb writes, which is none of those that it reads.</summary>
internal sealed class OutputPath : Option<string>
{
    private const string Dash = "-";
    private const string StandardOutput = "/dev/stdout";

    private readonly bool _takesTable;

    public OutputPath(string example, string description)
        : this(example, description, "--out") => Required = true;

    public OutputPath(string example, string description, string name)
        : base(name)
    {
        _takesTable = name == "--out" && example.EndsWith(".csv", StringComparison.Ordinal);
        HelpName = example;
        Description = $"{description} A file that is there is replaced{(_takesTable ? $"; {Dash} is standard output" : "")}.";
        Validators.Add(RefuseOthers);
        Validators.Add(CheckDash);
    }

    /// <summary>The path, once it is known that a file can be written there.</summary>
    public string Read(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(this) is var given and not Dash ? given : StandardOutput;
        OutputFile.Check(path);
        return path;
    }

    /// <summary>The path, once it is known that a file can be written there, or null if none is given.</summary>
    public string? TryRead(ParseResult parsed) => parsed.GetValue(this) is null ? null : Read(parsed);

    private void RefuseOthers(OptionResult result)
    {
        var path = result.Text();
        if (path is "") result.AddError($"{Name}: an empty path; name a file.");
        var files = result.Parent is CommandResult command ? command.Children.OfType<OptionResult>() : [];
        var others = files.Where(file => file.Option is InputFile or InputFiles or OutputPath && file.Option != this);
        if (others.FirstOrDefault(file => file.Tokens.Any(token => IsSame(path, token.Value))) is { } same)
        {
            result.AddError($"{Name}: '{path}' is the file of {same.Option.Name}; name another one.");
        }
    }

    private void CheckDash(OptionResult result)
    {
        if (result.Text() != Dash) return;
        if (!_takesTable) result.AddError($"{Name}: '{Dash}' is standard output, which takes the rows of --out alone; name a file.");
        var json = CommonOptions.Json().Name;
        if (result.Parent is CommandResult command && command.Children.OfType<OptionResult>().Any(other => other.Option.Name == json))
        {
            result.AddError($"{Name}: '{Dash}' is standard output, where {json} prints its object; name a file.");
        }
    }

    private static bool IsSame(string? path, string? other) =>
        !string.IsNullOrEmpty(path) && !string.IsNullOrEmpty(other) && OutputFile.IsSame(path, other);
}
