using EventStore.Groq.Values;

namespace EventStore.Groq.Evaluation;

internal sealed class ArrayNode(Node[] elements, bool[] splats) : Node
{
    public override bool Streams => true;

    public override Value Evaluate(Scope scope)
    {
        var collected = new CollectSink(scope.State);
        Stream(scope, collected);
        return collected.ToArray();
    }

    public override bool Stream(Scope scope, Sink sink)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            scope.State.Step();
            Value value = elements[i].Evaluate(scope);
            if (!splats[i])
            {
                if (!sink.Add(value))
                {
                    break;
                }
                continue;
            }
            var items = new ItemEnumerator(value);
            bool wanted = true;
            while (wanted && items.MoveNext())
            {
                wanted = sink.Add(items.Current);
            }
            if (!wanted)
            {
                break;
            }
        }
        sink.Complete();
        return true;
    }

    public override void Write(Scope scope, JsonOutput output)
    {
        if (Array.IndexOf(splats, true) >= 0)
        {
            base.Write(scope, output);
            return;
        }
        output.Raw((byte)'[');
        for (int i = 0; i < elements.Length; i++)
        {
            if (i > 0)
            {
                output.Raw((byte)',');
            }
            elements[i].Write(scope, output);
        }
        output.Raw((byte)']');
    }
}

/// <summary>An object whose attributes are known: they are written without being built.</summary>
internal sealed class RecordNode : Node
{
    private readonly Node[] values;
    private readonly Value[] keys;
    private readonly byte[][] prefixes;

    public RecordNode(string[] names, Node[] values)
    {
        this.values = values;
        keys = Array.ConvertAll(names, Value.Of);
        prefixes = new byte[names.Length][];
        for (int i = 0; i < names.Length; i++)
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            var output = new JsonOutput(buffer, long.MaxValue);
            output.Raw((byte)(i == 0 ? '{' : ','));
            output.String(keys[i].Span);
            output.Raw((byte)':');
            output.Flush();
            prefixes[i] = buffer.WrittenSpan.ToArray();
        }
    }

    public override Value Evaluate(Scope scope)
    {
        scope.State.Charge(48 + (values.Length * 24L));
        var built = new Value[values.Length];
        for (int i = 0; i < built.Length; i++)
        {
            built[i] = values[i].Evaluate(scope);
        }
        return Value.Object(new ObjectValue(keys, built));
    }

    public override void Write(Scope scope, JsonOutput output)
    {
        if (values.Length == 0)
        {
            output.Raw("{}"u8);
            return;
        }
        for (int i = 0; i < values.Length; i++)
        {
            output.Raw(prefixes[i]);
            values[i].Write(scope, output);
        }
        output.Raw((byte)'}');
    }
}

/// <summary>An object with splats: later attributes replace earlier ones of the same name.</summary>
internal sealed class ObjectNode(ObjectPart[] parts) : Node
{
    public override Value Evaluate(Scope scope)
    {
        var fields = new ObjectValue(Math.Max(4, parts.Length));
        foreach (ObjectPart part in parts)
        {
            if (part.Name is { } name)
            {
                fields.Set(name, part.Value.Evaluate(scope));
            }
            else if (part.Condition is null || part.Condition.Evaluate(scope).IsTrue)
            {
                fields.SetAll(part.Value.Evaluate(scope));
            }
        }
        scope.State.Step(fields.Count);
        scope.State.Charge(48 + (fields.Count * 48L));
        return Value.Object(fields);
    }
}

/// <summary>A named attribute, or a splat, which may have a condition.</summary>
internal readonly record struct ObjectPart(Value? Name, Node? Condition, Node Value);
