namespace BgmFunctional.Fluent;

/// <summary>
/// What is refused, and why: the message is one line that names the place, what was found there, and what would do. Every exception
/// that this library throws about its input is one of this family; a caller's slip in code, such as a null, is an
/// <see cref="ArgumentException"/> as everywhere in .NET.
/// </summary>
/// <param name="message">One line.</param>
public abstract class BgmException(string message) : Exception(message);

/// <summary>A graph that cannot be built.</summary>
/// <param name="problems">One line each, at least one.</param>
public sealed class GraphException(IReadOnlyList<string> problems) : BgmException(string.Join("; ", problems))
{
    /// <summary>Every problem that was found, one line each; the message is all of them.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Data that cannot be used, or a CSV file that cannot be read or written.</summary>
/// <param name="message">One line.</param>
public sealed class DataException(string message) : BgmException(message)
{
    /// <summary>Whether it is the validation rows of a fit that cannot be used.</summary>
    public bool IsOfValidation { get; internal init; }
}

/// <summary>A setting outside its range.</summary>
/// <param name="message">One line.</param>
public sealed class OptionException(string message) : BgmException(message);

/// <summary>A question that the model cannot answer, such as one about a node that it does not have.</summary>
/// <param name="message">One line.</param>
public sealed class QueryException(string message) : BgmException(message);

/// <summary>A fit that broke down as its loss is not finite any more, or a bootstrap of which too many refits did.</summary>
/// <param name="message">One line.</param>
public sealed class FitException(string message) : BgmException(message);

/// <summary>A checkpoint that cannot be written, or that is not one of the computation that would resume it.</summary>
/// <param name="message">One line.</param>
public sealed class CheckpointException(string message) : BgmException(message);

/// <summary>A model file that is missing, damaged, of another kind, or that cannot be written.</summary>
/// <param name="message">One line.</param>
public sealed class ModelFileException(string message) : BgmException(message);
