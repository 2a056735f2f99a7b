using EventStore.Server.Hosting;

namespace EventStore.Server.Blobs;

/// <summary>Turns the settings of the operator into a store.</summary>
internal static class BlobSettings
{
    /// <summary>The folder in the data folder that is used when nothing else is said.</summary>
    public const string FolderName = "blobs";

    /// <summary>Opens the store that the settings name.</summary>
    /// <exception cref="StartupException">They are not valid, or the folder cannot be used.</exception>
    public static IBlobStore Open(ServerSettings settings)
    {
        if (ReadLocation(settings) is { } location)
        {
            return new S3BlobStore(location);
        }

        var folder = settings.Blobs ?? Path.Combine(settings.DataFolder, FolderName);
        try
        {
            return FolderBlobStore.Open(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The folder {folder} cannot keep files ({ServerSettings.BlobsVariable}): {exception.Message}",
                exception);
        }
    }

    /// <summary>The bucket that the settings name; null when they name a folder or nothing.</summary>
    /// <exception cref="StartupException">They are not valid.</exception>
    public static S3Location? ReadLocation(ServerSettings settings)
    {
        if (settings.Blobs is not { } text || !text.StartsWith(S3Location.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return settings.Blobs is null || Path.IsPathFullyQualified(settings.Blobs)
                ? null
                : throw new StartupException(
                    $"'{settings.Blobs}' is no place for files ({ServerSettings.BlobsVariable}): write the whole path "
                    + "of a folder, or s3://bucket or s3://bucket/prefix.");
        }

        var parts = text[S3Location.Scheme.Length..].TrimEnd('/').Split('/', 2);
        var prefix = parts.Length == 2 ? parts[1] : string.Empty;
        if (!BlobKey.TryParse(parts[0], out _) || (prefix.Length > 0 && !BlobKey.TryParse(prefix, out _)))
        {
            throw new StartupException(
                $"'{text}' is no bucket ({ServerSettings.BlobsVariable}): write it like s3://bucket or "
                + "s3://bucket/prefix.");
        }

        if (settings.S3Endpoint is { } endpoint && !IsWebAddress(endpoint))
        {
            throw new StartupException(
                $"'{endpoint}' is no address ({ServerSettings.S3EndpointVariable}): write it like "
                + "http://127.0.0.1:9000.");
        }

        if (settings.S3AccessKey is null != settings.S3SecretKey is null)
        {
            throw new StartupException(
                $"{ServerSettings.S3AccessKeyVariable} and {ServerSettings.S3SecretKeyVariable} go together: set "
                + "both or none.");
        }

        return new()
        {
            Bucket = parts[0],
            Prefix = prefix,
            Endpoint = settings.S3Endpoint,
            Region = settings.S3Region ?? S3Location.DefaultRegion,
            AccessKey = settings.S3AccessKey,
            SecretKey = settings.S3SecretKey,
        };
    }

    /// <summary>Whether a text is an address that requests can be sent to.</summary>
    public static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
