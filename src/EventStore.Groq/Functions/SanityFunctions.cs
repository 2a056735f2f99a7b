using EventStore.Groq.Values;

namespace EventStore.Groq.Functions;

/// <summary>The namespace <c>sanity</c>: where a query runs, and how document ids relate.</summary>
internal static class SanityFunctions
{
    public static Dictionary<string, BuiltIn> All { get; } = new(StringComparer.Ordinal)
    {
        ["projectId"] = BuiltIn.Of(scope => OrNull(scope.State.Context.ProjectId)),
        ["dataset"] = BuiltIn.Of(scope => OrNull(scope.State.Context.DatasetName)),
        ["versionOf"] = new(1, 1, (compiler, call) => new ManyCallNode(
            (scope, arguments) => Test(scope.This, arguments[0], IsVersionOf), compiler.CompileAll(call.Arguments))),
        ["partOfRelease"] = new(1, 1, (compiler, call) => new ManyCallNode(
            (scope, arguments) => Test(scope.This, arguments[0], IsPartOf), compiler.CompileAll(call.Arguments))),
    };

    private static Value OrNull(string? text) => text is null ? Value.Null : Value.Of(text);

    private static Value Test(in Value document, in Value argument, Func<string, string, bool> test)
    {
        Value id = document.Attribute("_id"u8);
        return id.IsString && argument.IsString ? Value.Of(test(id.ToString(), argument.ToString())) : Value.Null;
    }

    /// <summary>The published document itself, its draft, and its versions in releases.</summary>
    private static bool IsVersionOf(string id, string published)
    {
        if (id == published || id == "drafts." + published)
        {
            return true;
        }
        return id.StartsWith("versions.", StringComparison.Ordinal)
            && id.IndexOf('.', "versions.".Length) is int release and >= 0
            && string.CompareOrdinal(id, release + 1, published, 0, int.MaxValue) == 0;
    }

    private static bool IsPartOf(string id, string release) =>
        id.StartsWith("versions." + release + ".", StringComparison.Ordinal);
}
