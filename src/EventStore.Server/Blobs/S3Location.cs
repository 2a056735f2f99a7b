namespace EventStore.Server.Blobs;

/// <summary>A bucket, and how to get at it.</summary>
internal sealed record S3Location
{
    public const string Scheme = "s3://";
    public const string DefaultRegion = "us-east-1";

    public required string Bucket { get; init; }

    /// <summary>What the names of all objects begin with, without the '/' behind it; perhaps empty.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>The address of a server other than Amazon's.</summary>
    public string? Endpoint { get; init; }

    public string Region { get; init; } = DefaultRegion;

    /// <summary>Null: the SDK looks in the places it knows, such as its own environment variables.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Given when <see cref="AccessKey"/> is.</summary>
    public string? SecretKey { get; init; }

    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}";
}
