using System.Text;
using System.Text.Json.Nodes;

namespace EventStore.Server.Collections;

/// <summary>An export in the background, as it is kept with its job.</summary>
/// <param name="Dataset">Number of the dataset.</param>
/// <param name="DatasetName">Its name.</param>
/// <param name="Sequence">The state that is exported.</param>
/// <param name="Body">The body of the request.</param>
internal sealed record CollectionJobRequest(int Dataset, string DatasetName, long Sequence, string Body)
{
    /// <summary>What is exported.</summary>
    public CollectionExportOrder Order => CollectionExportBody.Parse(Encoding.UTF8.GetBytes(Body));

    public JsonObject ToJson() => new()
    {
        ["dataset"] = Dataset,
        ["datasetName"] = DatasetName,
        ["sequence"] = Sequence,
        ["body"] = Body,
    };

    public static CollectionJobRequest FromJson(JsonObject json) => new(
        (int)json["dataset"]!, (string)json["datasetName"]!, (long)json["sequence"]!, (string)json["body"]!);
}
