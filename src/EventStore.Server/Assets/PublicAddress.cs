using System.Net;
using EventStore.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventStore.Server.Assets;

/// <summary>
/// The address that stands in asset documents. Clients get files from it without a header that could name a project or
/// a caller, so it is a whole address that leads here: the one the operator names, else the one the uploader used.
/// </summary>
internal static class PublicAddress
{
    /// <summary>The address, without '/' at the end.</summary>
    public static string Of(HttpContext context, ServerSettings settings)
    {
        if (settings.PublicUrl is { } named)
        {
            return named.TrimEnd('/');
        }

        var host = context.Request.Host;
        var name = host.Host;
        if (name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            // The labels before it name the project, which is in the path, and few programs can resolve them.
            return $"{context.Request.Scheme}://{With("localhost", host.Port)}";
        }

        // The command line of the vendor sends its own host names wherever it is led to; they lead to the vendor.
        var isForeign = name.Length == 0 || name.EndsWith(".sanity.io", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".sanity.work", StringComparison.OrdinalIgnoreCase);
        return isForeign
            ? $"{context.Request.Scheme}://{Local(context.Connection)}"
            : $"{context.Request.Scheme}://{host.ToUriComponent()}";
    }

    private static string Local(ConnectionInfo connection)
    {
        var address = connection.LocalIpAddress ?? IPAddress.Loopback;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return new IPEndPoint(address, connection.LocalPort).ToString();
    }

    private static string With(string host, int? port) =>
        port is { } number ? new HostString(host, number).Value! : host;
}
