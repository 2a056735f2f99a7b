using EventStore.Log.Documents;

namespace EventStore.Log.Mutations;

/// <summary>
/// A deletion or a patch of every document that a query finds. The log itself knows nothing of queries.
/// </summary>
public sealed class MutationTemplate
{
    private readonly Func<DocumentId, Mutation> _create;

    private MutationTemplate(
        string query, ReadOnlyMemory<byte> parameters, int bytes, Func<DocumentId, Mutation> create) =>
        (Query, Parameters, Bytes, _create) = (query, parameters, bytes, create);

    /// <summary>The query.</summary>
    public string Query { get; }

    /// <summary>Its parameters, a canonical JSON object by their names.</summary>
    public ReadOnlyMemory<byte> Parameters { get; }

    /// <summary>About how many bytes are recorded for each document.</summary>
    public int Bytes { get; }

    /// <summary>What is to be done to one of the documents.</summary>
    public Mutation For(DocumentId id) => _create(id);

    /// <summary>Makes a template of the parts of a mutation; null when it has no query.</summary>
    /// <exception cref="MutationRejection">The parts do not go together.</exception>
    internal static MutationTemplate? Create(
        string? id,
        string? query,
        ReadOnlyMemory<byte> parameters,
        int bytes,
        Func<DocumentId, Mutation> create)
    {
        if (query is null)
        {
            return parameters.IsEmpty
                ? null
                : throw MutationRejection.Invalid("A mutation with params must have a query");
        }

        if (id is not null)
        {
            throw MutationRejection.Invalid("A mutation may have an id or a query, not both");
        }

        if (!parameters.IsEmpty && parameters.Span[0] != '{')
        {
            throw MutationRejection.Invalid("The params of a query must be an object");
        }

        return new(query, parameters.IsEmpty ? "{}"u8.ToArray() : parameters, bytes, create);
    }
}
