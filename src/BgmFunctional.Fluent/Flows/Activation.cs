using Core = BgmFunctional.Nets;

namespace BgmFunctional.Fluent;

/// <summary>What follows each hidden layer of a network.</summary>
public sealed class Activation
{
    internal Activation(Core.Activation value) => Value = value;

    internal Core.Activation Value { get; }

    /// <summary>max(x, 0): curves with corners, as published.</summary>
    public static Activation Relu { get; } = new(Core.Activation.Relu);

    /// <summary>log(1 + eˣ): smooth curves that go on as lines beyond the data.</summary>
    public static Activation Softplus { get; } = new(Core.Activation.Softplus);

    /// <summary>Hyperbolic tangent: smooth curves that level off beyond the data.</summary>
    public static Activation Tanh { get; } = new(Core.Activation.Tanh);

    /// <summary>x above 0, slope·x below.</summary>
    /// <param name="slope">Between 0 and 1.</param>
    public static Activation LeakyRelu(double slope) => new(Core.Activation.NewLeakyRelu(slope));

    /// <summary>The activation that a text names (relu, leaky-relu:0.2, tanh, softplus), or null.</summary>
    public static Activation? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Core.ActivationModule.parse(text) is { } found ? new(found.Value) : null;
    }

    /// <summary>The text that reads back as the same activation.</summary>
    public override string ToString() => Core.ActivationModule.format(Value);
}
