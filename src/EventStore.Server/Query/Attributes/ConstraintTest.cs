using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using EventStore.Groq;
using EventStore.Groq.Planning;
using EventStore.Log.Projections.Attributes;

namespace EventStore.Server.Query.Attributes;

/// <summary>
/// Tells which documents count towards a limit: those that a constraint holds for. A constraint reads as the condition
/// that it came from, so it is evaluated as one.
/// </summary>
internal sealed partial class ConstraintTest
{
    private static readonly GroqMemoryDataset s_nothing = new([]);
    private static readonly string[] s_words = ["true", "false", "null", "in", "match", "asc", "desc"];

    private readonly GroqQuery? _condition;

    private ConstraintTest(GroqQuery? condition) => _condition = condition;

    /// <summary>Makes a test.</summary>
    /// <param name="constraint">The constraint.</param>
    /// <param name="types">The types that documents are read of, by number.</param>
    /// <param name="test">The test.</param>
    /// <returns>False when the constraint cannot be written as a condition.</returns>
    public static bool TryCreate(
        GroqConstraint constraint, IReadOnlyList<int> types, [NotNullWhen(true)] out ConstraintTest? test)
    {
        test = null;
        if (constraint == GroqConstraint.Anything
            || (IsType(constraint) && !types.Contains(AttributeKeys.OtherTypes)))
        {
            test = new(null);
            return true;
        }

        if (!CanBeWritten(constraint))
        {
            return false;
        }

        try
        {
            test = new(GroqQuery.Parse(constraint.ToString()));
            return true;
        }
        catch (GroqParseException)
        {
            return false;
        }
    }

    public bool Passes(GroqDocument document) =>
        _condition is null || _condition.IsTrueOf(document, new() { Dataset = s_nothing });

    private static bool IsType(GroqConstraint constraint) => constraint switch
    {
        GroqConstraint.Compare { Comparison: GroqComparison.Equal } compare => compare.Path.Single == "_type",
        GroqConstraint.OneOf oneOf => oneOf.Path.Single == "_type",
        _ => false,
    };

    private static bool CanBeWritten(GroqConstraint constraint) => constraint switch
    {
        GroqConstraint.All all => all.Parts.All(CanBeWritten),
        GroqConstraint.Any any => any.Parts.All(CanBeWritten),
        GroqConstraint.Not not => CanBeWritten(not.Part),
        GroqConstraint.Compare compare => CanBeWritten(compare.Path) && double.IsFinite(compare.Value.Number),
        GroqConstraint.OneOf oneOf =>
            CanBeWritten(oneOf.Path) && oneOf.Values.All(value => double.IsFinite(value.Number)),
        GroqConstraint.Defined defined => CanBeWritten(defined.Path),
        _ => true,
    };

    private static bool CanBeWritten(GroqPath path) =>
        path.Names.All(name => Name().IsMatch(name) && !s_words.Contains(name));

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
