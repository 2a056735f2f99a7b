using EventStore.Groq.Evaluation;
using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>pt</c>: Portable Text.</summary>
internal static class PortableTextFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["text"] = BuiltIn.Of(Text),
    };

    /// <summary>The value itself when it is a block or an array of blocks.</summary>
    public static Value Construct(in Value value)
    {
        if (value.IsObject)
        {
            return IsBlock(value) ? value : Value.Null;
        }
        if (!value.IsArray)
        {
            return Value.Null;
        }
        var items = new ItemEnumerator(value);
        while (items.MoveNext())
        {
            if (!IsBlock(items.Current))
            {
                return Value.Null;
            }
        }
        return value;
    }

    private static bool IsBlock(in Value value) =>
        value.Attribute("_type"u8).IsString && value.Attribute("children"u8).IsArray;

    private static Value Text(Value value, EvaluationState state)
    {
        var text = new List<byte>();
        bool found = false;
        if (value.IsObject)
        {
            found = AddBlock(value, text, separate: false, state);
        }
        else if (value.IsArray)
        {
            AddBlocks(value, text, ref found, 0, state);
        }
        state.Charge(text.Count);
        return found ? Value.Utf8([.. text]) : Value.Null;
    }

    private static void AddBlocks(in Value array, List<byte> text, ref bool found, int depth, EvaluationState state)
    {
        if (depth > GroqLimits.MaxDocumentDepth)
        {
            throw new GroqEvaluationException(GroqEvaluationError.DocumentTooDeep, "A document is nested too deeply.");
        }
        var items = new ItemEnumerator(array);
        while (items.MoveNext())
        {
            if (items.Current.IsArray)
            {
                AddBlocks(items.Current, text, ref found, depth + 1, state);
            }
            else
            {
                found |= AddBlock(items.Current, text, separate: found, state);
            }
        }
    }

    private static bool AddBlock(in Value block, List<byte> text, bool separate, EvaluationState state)
    {
        state.Step();
        if (!block.IsObject || !IsBlock(block))
        {
            return false;
        }
        if (separate)
        {
            text.AddRange("\n\n"u8);
        }
        var children = new ItemEnumerator(block.Attribute("children"u8));
        while (children.MoveNext())
        {
            state.Step();
            Value type = children.Current.Attribute("_type"u8);
            Value content = children.Current.Attribute("text"u8);
            if (type.IsString && content.IsString && type.ToUtf8().SequenceEqual("span"u8))
            {
                text.AddRange(content.ToUtf8());
            }
        }
        return true;
    }
}
