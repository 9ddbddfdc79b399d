namespace BgmFunctional.Fluent;

/// <summary>Begins an intervention: <c>Do.Set("T", 1).Set("arm", "low").SetEach("x", values)</c>.</summary>
public static class Do
{
    /// <summary>Leaves every node to itself.</summary>
    public static Intervention Nothing { get; } = new([]);

    /// <summary>Sets a node to a number in all rows; for an ordinal node this is the code of a level, 0 the lowest.</summary>
    public static Intervention Set(string node, double value) => Nothing.Set(node, value);

    /// <summary>Sets an ordinal node to a level by its name in all rows.</summary>
    public static Intervention Set(string node, string level) => Nothing.Set(node, level);

    /// <summary>Sets a node to a number in each row, such as its own value plus one.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="values">One a row; they are copied.</param>
    public static Intervention SetEach(string node, params double[] values) => Nothing.SetEach(node, values);
}
