namespace EventStore.Groq.Planning;

/// <summary>One key of an order: numbers before strings before booleans before all else, false before true.</summary>
public sealed record GroqOrderKey(GroqPath Path, bool Descending)
{
    public override string ToString() => $"{Path} {(Descending ? "desc" : "asc")}";
}
