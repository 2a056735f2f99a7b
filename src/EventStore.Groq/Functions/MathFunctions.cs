using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>
/// The namespace <c>math</c>: nulls are ignored, anything else that is no number makes the result null.
/// </summary>
internal static class MathFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["sum"] = BuiltIn.Of((array, state) => Numbers(array, state, out List<double> numbers)
            ? Value.Of(numbers.Sum())
            : Value.Null),
        ["avg"] = BuiltIn.Of((array, state) => Numbers(array, state, out List<double> numbers) && numbers.Count > 0
            ? Value.Of(numbers.Sum() / numbers.Count)
            : Value.Null),
        ["min"] = BuiltIn.Of((array, state) => Numbers(array, state, out List<double> numbers) && numbers.Count > 0
            ? Value.Of(numbers.Min())
            : Value.Null),
        ["max"] = BuiltIn.Of((array, state) => Numbers(array, state, out List<double> numbers) && numbers.Count > 0
            ? Value.Of(numbers.Max())
            : Value.Null),
    };

    private static bool Numbers(in Value array, EvaluationState state, out List<double> numbers)
    {
        numbers = [];
        if (!array.IsArray)
        {
            return false;
        }
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            state.Step();
            Value item = items.Current;
            if (item.IsNumber)
            {
                numbers.Add(item.ToDouble());
            }
            else if (!item.IsNull)
            {
                return false;
            }
        }
        return true;
    }
}
