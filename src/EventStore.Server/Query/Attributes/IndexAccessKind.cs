namespace EventStore.Server.Query.Attributes;

/// <summary>Ways to find documents, those that are likely to give fewer first.</summary>
internal enum IndexAccessKind
{
    /// <summary>By the value of an attribute, or what documents refer to.</summary>
    Equality,

    /// <summary>By a range of values or ids.</summary>
    Range,

    /// <summary>By whether there is a value.</summary>
    Existence,

    /// <summary>By type alone.</summary>
    Type,
}
