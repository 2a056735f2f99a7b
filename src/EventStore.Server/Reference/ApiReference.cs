using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace EventStore.Server.Reference;

/// <summary>The OpenAPI document of the whole HTTP surface; made once, since it depends on the program alone.</summary>
internal sealed class ApiReference([FromKeyedServices(ApiReference.DocumentName)] IOpenApiDocumentProvider provider)
{
    public const string DocumentName = "eventstore";

    private readonly Lazy<Task<byte[]>> _document = new(() => GenerateAsync(provider));

    /// <summary>The document as JSON with line ends.</summary>
    public Task<byte[]> ReadAsync() => _document.Value;

    private static async Task<byte[]> GenerateAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return Encoding.UTF8.GetBytes(json.ReplaceLineEndings("\n") + "\n");
    }
}
