using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BgmFunctional.Cli;

/// <summary>Answers for programs.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object on one line.</summary>
    public static void Write(TextWriter output, JsonObject value) => output.WriteLine(value.ToJsonString(Layout));

    /// <summary>One list on one line.</summary>
    public static void WriteList(TextWriter output, JsonArray value) => output.WriteLine(value.ToJsonString(Layout));

    /// <summary>Numbers by name; JSON has no infinity, so that one becomes null.</summary>
    public static JsonObject Of(IReadOnlyDictionary<string, double> values) =>
        new(values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, Of(pair.Value))));

    /// <summary>A number, or null for one that JSON cannot say.</summary>
    public static JsonNode? Of(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
