using EventStore.Log.Documents;

namespace EventStore.Server.Collections.Filters;

/// <summary>The value is a text with some property.</summary>
internal sealed class TextTest(Func<string, bool> accepts) : ValueTest
{
    public override bool Holds(ReadOnlySpan<byte> value) => DocumentContent.Text(value) is { } text && accepts(text);
}
