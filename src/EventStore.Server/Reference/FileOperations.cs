namespace EventStore.Server.Reference;

/// <summary>Calls that give the contents of files: without a version and without a token.</summary>
internal static class FileOperations
{
    private const string Asset = "Nobody can guess the name, which is in the asset's document; so no token is asked "
        + "for, except for the right to see history once the document is deleted. Ranges and If-None-Match work. "
        + "Parameters of image transformations are accepted, and the image is served as it was uploaded.";

    private const string Link = "Links are made by other calls. They are good for an hour at most, and only as they "
        + "were made.";

    private static readonly string[] Query =
        ["dl string To be saved rather than shown, by this name; by its own where this is empty"];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET /images/{project}/{dataset}/{file}", "Get an image", Operation.Binary)
        {
            Description = Asset, Query = Query, IsOpen = true,
        },
        new("HEAD /images/{project}/{dataset}/{file}", "Ask for an image", Operation.Binary)
        {
            Description = Asset, Query = Query, IsOpen = true,
        },
        new("GET /files/{project}/{dataset}/{file}", "Get a file", Operation.Binary)
        {
            Description = Asset, Query = Query, IsOpen = true,
        },
        new("HEAD /files/{project}/{dataset}/{file}", "Ask for a file", Operation.Binary)
        {
            Description = Asset, Query = Query, IsOpen = true,
        },
        new("GET /downloads/{link}", "Download what a link leads to", Operation.Binary)
        {
            Description = Link, IsOpen = true,
        },
        new("HEAD /downloads/{link}", "Ask for what a link leads to", Operation.Binary)
        {
            Description = Link, IsOpen = true,
        },
    ];
}
