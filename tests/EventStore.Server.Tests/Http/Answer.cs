using System.Net;
using System.Text.Json.Nodes;

namespace EventStore.Server.Tests.Http;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, string Text, HttpResponseMessage Message)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public List<JsonNode> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();

    /// <summary>The item type of a refused transaction, or else the type of the error.</summary>
    public string ErrorType => (string)(Json["error"]!["items"]?[0]!["error"]!["type"] ?? Json["error"]!["type"])!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage message) => new(
        message.StatusCode,
        message.Content.Headers.ContentType?.MediaType,
        await message.Content.ReadAsStringAsync(),
        message);

    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>A management error of the documented shape.</summary>
    public Answer ShouldBeBoom(HttpStatusCode status)
    {
        ShouldBe(status).ContentType.ShouldBe("application/json");
        ((int)Json["statusCode"]!).ShouldBe((int)status);
        ((string)Json["error"]!).ShouldNotBeEmpty();
        ((string)Json["message"]!).ShouldNotBeEmpty();
        return this;
    }

    /// <summary>A data error of the documented shape, on one line.</summary>
    public Answer ShouldBeDescribed(HttpStatusCode status)
    {
        ShouldBe(status).ContentType.ShouldBe("application/json");
        Text.ShouldNotContain('\n');
        ((string)Json["error"]!["description"]!).ShouldNotBeEmpty();
        ((string)Json["error"]!["type"]!).ShouldNotBeEmpty();
        return this;
    }
}
