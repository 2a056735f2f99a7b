namespace EventStore.Groq.Planning;

/// <summary>The types of constants that documents are compared with.</summary>
public enum GroqConstantKind
{
    Null,
    False,
    True,
    Number,
    String,
}
