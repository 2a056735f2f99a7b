using System.Text;
using EventStore.Groq.Planning;
using EventStore.Log.Documents;

namespace EventStore.Server.Query.Datasets;

/// <summary>
/// Whether a document has one of the types that a constraint asks for, told from the bytes of a scan before anything is
/// copied: most documents that a scan meets are of no other interest.
/// </summary>
internal sealed class TypeTest
{
    private readonly byte[][] _types;

    private TypeTest(byte[][] types) => _types = types;

    /// <summary>The test of a constraint; null when it lets documents of any type pass.</summary>
    public static TypeTest? Of(GroqConstraint constraint)
    {
        var types = Types(constraint);
        return types is null || types.Any(type => type.Any(IsEscaped))
            ? null
            : new([.. types.Select(type => Encoding.UTF8.GetBytes($"\"{type}\""))]);
    }

    /// <summary>The types that a constraint asks for; null when it asks for none in particular.</summary>
    public static IReadOnlyCollection<string>? Types(GroqConstraint constraint) => constraint switch
    {
        GroqConstraint.Compare { Comparison: GroqComparison.Equal } compare when IsType(compare.Path) =>
            compare.Value.Text is { } text ? [text] : [],
        GroqConstraint.OneOf oneOf when IsType(oneOf.Path) =>
            oneOf.Values.Select(value => value.Text).OfType<string>().ToHashSet(StringComparer.Ordinal),
        GroqConstraint.All all => all.Parts.Select(Types).FirstOrDefault(types => types is not null),
        GroqConstraint.Any any => any.Parts.Select(Types).ToList() is var parts && parts.TrueForAll(t => t is not null)
            ? parts.SelectMany(types => types!).ToHashSet(StringComparer.Ordinal)
            : null,
        _ => null,
    };

    /// <summary>Whether a document, canonical, may be one that the constraint holds for.</summary>
    public bool Passes(ReadOnlySpan<byte> document)
    {
        if (!DocumentContent.TryReadValue(document, "_type"u8, out var type))
        {
            return false;
        }

        foreach (var wanted in _types)
        {
            if (type.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsType(GroqPath path) => path.Single == "_type";

    private static bool IsEscaped(char character) => character is '"' or '\\' or < ' ' or > '~';
}
