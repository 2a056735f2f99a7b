using System.Globalization;
using System.Text;
using EventStore.Log.Mutations.TextPatches;
using EventStore.Log.Mutations.Values;

namespace EventStore.Log.Mutations.Paths;

/// <summary>
/// Reads the path language of patches. Where the public package silently ignores what it cannot read, such as the rest
/// of <c>a b</c>, this is an error: a patch that does something else than was written is worse than none.
/// </summary>
internal sealed class PathParser
{
    private readonly string _path;
    private readonly List<PathToken> _tokens;
    private int _next;
    private int _steps;

    private PathParser(string path) => (_path, _tokens) = (path, PathTokenizer.Tokenize(path));

    /// <summary>The steps of a path.</summary>
    /// <exception cref="MutationRejection">The path is malformed or outside the limits.</exception>
    public static IReadOnlyList<PathStep> Parse(string path)
    {
        var parser = new PathParser(path);
        var steps = parser.ReadPath();
        if (parser.Current.Kind != PathTokenKind.End)
        {
            throw parser.Unexpected("the end of the path");
        }

        return steps;
    }

    private PathToken Current => _tokens[_next];

    private List<PathStep> ReadPath()
    {
        var steps = new List<PathStep> { ReadFirstStep() };
        while (true)
        {
            if (TryTake("."))
            {
                steps.Add(ReadAttribute());
            }
            else if (Is("["))
            {
                steps.Add(ReadBrackets());
            }
            else
            {
                // A descent takes the rest of the path as its term.
                if (Is(".."))
                {
                    steps.Add(ReadDescent());
                }

                return steps;
            }
        }
    }

    private PathStep ReadFirstStep()
    {
        if (Is("["))
        {
            return ReadBrackets();
        }

        return Is("..") ? ReadDescent() : ReadAttribute();
    }

    private PathStep.Descent ReadDescent()
    {
        Count();
        _next++;
        return new PathStep.Descent(ReadPath());
    }

    private PathStep.Attribute ReadAttribute()
    {
        Count();
        return new PathStep.Attribute(ReadName());
    }

    private string ReadName()
    {
        if (!IsName(Current))
        {
            throw Unexpected("an attribute");
        }

        var name = Current.Text;
        if (name == "__proto__")
        {
            throw MutationRejection.Invalid("The key \"__proto__\" is not allowed", _path);
        }

        if (!SurrogatePairs.AreWhole(name))
        {
            throw MutationRejection.Invalid("The path has half of a surrogate pair", _path);
        }

        _next++;
        return name;
    }

    private PathStep ReadBrackets()
    {
        Count();
        _next++;
        if (TryTake("]"))
        {
            return new PathStep.Every();
        }

        var terms = new List<IReadOnlyList<PathStep>>();
        do
        {
            terms.Add(ReadTerm());
        }
        while (TryTake(","));

        if (!TryTake("]"))
        {
            throw Unexpected("\"]\"");
        }

        return terms is [[var only]] ? only : new PathStep.Union(terms);
    }

    private IReadOnlyList<PathStep> ReadTerm()
    {
        if (TryTake("*"))
        {
            Count();
            return [new PathStep.Every()];
        }

        if (Current.Kind == PathTokenKind.Number || Is(":"))
        {
            Count();
            return [ReadIndexOrSlice()];
        }

        return ReadFilter() is { } filter ? [filter] : ReadPath();
    }

    private PathStep ReadIndexOrSlice()
    {
        int? start = Current.Kind == PathTokenKind.Number ? ReadInteger() : null;
        if (!TryTake(":"))
        {
            return new PathStep.Index(start!.Value);
        }

        int? end = Current.Kind == PathTokenKind.Number ? ReadInteger() : null;
        return start is null && end is null ? new PathStep.Every() : new PathStep.Slice(start, end);
    }

    private int ReadInteger()
    {
        if (!int.TryParse(Current.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number is int.MinValue or int.MaxValue)
        {
            throw MutationRejection.Invalid($"\"{Current.Text}\" is not a possible array index", _path);
        }

        _next++;
        return number;
    }

    /// <summary>A test, or null when what stands here is a path: only a comparator after the attributes
    /// tells.</summary>
    private PathStep.Filter? ReadFilter()
    {
        var start = _next;
        var names = new List<string>();
        if (!TryTake("@") && !TryTake("$"))
        {
            if (!IsName(Current))
            {
                return null;
            }

            do
            {
                names.Add(ReadName());
            }
            while (TryTake("."));
        }

        if (TryTake("?"))
        {
            Count();
            return new PathStep.Filter(PathFilter.Create(names, "?", null));
        }

        var comparator = Current;
        if (comparator is not { Kind: PathTokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
        {
            if (names.Count == 0)
            {
                throw Unexpected("a comparison");
            }

            _next = start;
            return null;
        }

        Count();
        _next++;
        return new PathStep.Filter(PathFilter.Create(names, comparator.Text, ReadLiteral()));
    }

    private JsonValue ReadLiteral()
    {
        var token = Current;
        _next++;
        switch (token)
        {
            case { Kind: PathTokenKind.DoubleQuoted or PathTokenKind.SingleQuoted }
                when SurrogatePairs.AreWhole(token.Text):
                return JsonValue.FromString(token.Text);
            case { Kind: PathTokenKind.Number }:
            case { Kind: PathTokenKind.Symbol, Text: "true" or "false" }:
            case { Kind: PathTokenKind.Identifier, Text: "null" }:
                return JsonValue.FromCanonical(Encoding.ASCII.GetBytes(token.Text));
            default:
                _next--;
                throw Unexpected("a string, a number, true, false or null");
        }
    }

    private bool Is(string symbol) => Current.Kind == PathTokenKind.Symbol && Current.Text == symbol;

    private bool TryTake(string symbol)
    {
        if (!Is(symbol))
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Count()
    {
        if (++_steps > Limits.PathSteps)
        {
            throw MutationRejection.Invalid($"A path may have at most {Limits.PathSteps} steps", _path);
        }
    }

    private static bool IsName(PathToken token) =>
        token.Kind is PathTokenKind.Identifier or PathTokenKind.DoubleQuoted or PathTokenKind.SingleQuoted;

    private MutationRejection Unexpected(string expected) => MutationRejection.Invalid(
        $"The path has {Describe(Current)} at offset {Current.Offset} where {expected} should be", _path);

    private static string Describe(PathToken token) =>
        token.Kind == PathTokenKind.End ? token.Text : $"\"{token.Text}\"";
}
