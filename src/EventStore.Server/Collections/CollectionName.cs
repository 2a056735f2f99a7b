using EventStore.Server.Projects;
using EventStore.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Collections;

/// <summary>
/// What a request calls a collection: <c>{dataset}</c> of the project that the request is for, or
/// <c>{project}.{dataset}</c>; the header <see cref="NamespaceHeader"/> names the project, too.
/// </summary>
internal static class CollectionName
{
    public const string NamespaceHeader = "X-Namespace";

    /// <summary>The dataset's name; the project named is noted for those who look for it.</summary>
    /// <exception cref="BoomException">400: two projects are named.</exception>
    public static string Resolve(HttpContext context, string collection)
    {
        var dot = collection.IndexOf('.', StringComparison.Ordinal);
        var address = context.Features.Get<RequestAddress>();
        var header = context.Request.Headers[NamespaceHeader];
        var named = new[] { address?.ProjectId, dot > 0 ? collection[..dot] : null }
            .Concat(header)
            .Where(name => !string.IsNullOrEmpty(name))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (named.Count > 1)
        {
            throw BoomException.BadRequest($"The request names two projects, \"{named[0]}\" and \"{named[1]}\"");
        }

        if (named is [{ } project] && address is not null)
        {
            context.Features.Set(address with { ProjectId = project });
        }

        return collection[(dot + 1)..];
    }
}
