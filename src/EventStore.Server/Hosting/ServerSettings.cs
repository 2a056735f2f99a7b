using EventStore.Server.Blobs;

namespace EventStore.Server.Hosting;

/// <summary>
/// What an operator may choose. Each value comes from the command line, else from the environment, else from the
/// settings file, else from a default. The settings file is the one <c>EVENTSTORE_CONFIG</c> names, else
/// <c>eventstore.json</c> in the data folder, if there is one.
/// </summary>
public sealed record ServerSettings
{
    public const string DefaultUrls = "http://127.0.0.1:3333";
    public const string DefaultProjectId = "default";

    public const string ConnectionStringVariable = "ConnectionStrings__EventStore";
    public const string DataFolderVariable = "EVENTSTORE_DATA";
    public const string RootTokenVariable = "EVENTSTORE_ROOT_TOKEN";
    public const string TokenPepperVariable = "EVENTSTORE_TOKEN_PEPPER";
    public const string UrlsVariable = "ASPNETCORE_URLS";
    public const string ProjectVariable = "EVENTSTORE_PROJECT";
    public const string PublicUrlVariable = "EVENTSTORE_PUBLIC_URL";
    public const string BlobsVariable = "EVENTSTORE_BLOBS";
    public const string S3EndpointVariable = "EVENTSTORE_S3_ENDPOINT";
    public const string S3RegionVariable = "EVENTSTORE_S3_REGION";
    public const string S3AccessKeyVariable = "EVENTSTORE_S3_ACCESS_KEY";
    public const string S3SecretKeyVariable = "EVENTSTORE_S3_SECRET_KEY";
    public const string ConfigurationFileVariable = "EVENTSTORE_CONFIG";

    /// <summary>
    /// Absolute path of the folder that holds the private database, the root token and files of the server.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>An Npgsql connection string; null means a private PostgreSQL in the data folder.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// The root token the operator chose; null means the one kept in the data folder (made at the first start).
    /// </summary>
    public string? RootToken { get; init; }

    /// <summary>
    /// The key under which tokens are hashed; null means the one kept in the data folder (made at the first start).
    /// Servers that share a database need the same.
    /// </summary>
    public string? TokenPepper { get; init; }

    /// <summary>Addresses to listen on, separated by semicolons; port 0 takes a free one.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>The project that is created at start and answers requests that name none.</summary>
    public string ProjectId { get; init; } = DefaultProjectId;

    /// <summary>
    /// The address that clients reach the server by, for links in documents; null means the one each request used.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>
    /// Where files are kept: the absolute path of a folder, or <c>s3://bucket/prefix</c>; null means a folder in the
    /// data folder. Servers that share a database need the same.
    /// </summary>
    public string? Blobs { get; init; }

    /// <summary>The address of an S3 server other than Amazon's.</summary>
    public string? S3Endpoint { get; init; }

    /// <summary>The region of the bucket.</summary>
    public string? S3Region { get; init; }

    /// <summary>Null means that the SDK looks in the places it knows.</summary>
    public string? S3AccessKey { get; init; }

    /// <summary>Belongs to <see cref="S3AccessKey"/>.</summary>
    public string? S3SecretKey { get; init; }

    /// <summary>Reads all sources and checks what they say.</summary>
    /// <param name="dataFolder">The data folder named on the command line, if any.</param>
    /// <param name="urls">The addresses named on the command line, if any.</param>
    /// <param name="environment">How to read an environment variable; null or empty means not set.</param>
    /// <exception cref="StartupException">A value or a settings file is not valid.</exception>
    public static ServerSettings Load(string? dataFolder, string? urls, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

        var named = Variable(ConfigurationFileVariable);
        var file = named is null ? null : SettingsFile.Read(named);
        var folder = Path.GetFullPath(
            dataFolder ?? Variable(DataFolderVariable) ?? file?.Data ?? DefaultDataFolder(environment));
        file ??= SettingsFile.ReadFromDataFolder(folder);

        return Checked(new ServerSettings
        {
            DataFolder = folder,
            ConnectionString = Variable(ConnectionStringVariable) ?? file?.ConnectionStrings?.EventStore,
            RootToken = Variable(RootTokenVariable) ?? file?.RootToken,
            TokenPepper = Variable(TokenPepperVariable) ?? file?.TokenPepper,
            Urls = urls ?? Variable(UrlsVariable) ?? file?.Urls ?? DefaultUrls,
            ProjectId = Variable(ProjectVariable) ?? file?.Project ?? DefaultProjectId,
            PublicUrl = Variable(PublicUrlVariable) ?? file?.PublicUrl,
            Blobs = Variable(BlobsVariable) ?? file?.Blobs,
            S3Endpoint = Variable(S3EndpointVariable) ?? file?.S3Endpoint,
            S3Region = Variable(S3RegionVariable) ?? file?.S3Region,
            S3AccessKey = Variable(S3AccessKeyVariable) ?? file?.S3AccessKey,
            S3SecretKey = Variable(S3SecretKeyVariable) ?? file?.S3SecretKey,
        });
    }

    // A folder under /root would be private to root, and PostgreSQL, which refuses to run as root, could not reach it.
    private static string DefaultDataFolder(Func<string, string?> environment)
    {
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
        {
            return "/var/lib/eventstore";
        }

        // The XDG rule: a relative value is to be ignored.
        if (environment("XDG_DATA_HOME") is { Length: > 0 } dataHome && Path.IsPathRooted(dataHome))
        {
            return Path.Combine(dataHome, "eventstore");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return string.IsNullOrEmpty(home)
            ? throw new StartupException(
                $"There is no home folder to keep the data in: name a data folder with --data or {DataFolderVariable}.")
            : Path.Combine(home, ".local", "share", "eventstore");
    }

    private static ServerSettings Checked(ServerSettings settings)
    {
        if (!Projects.ProjectId.IsValid(settings.ProjectId))
        {
            throw new StartupException(
                $"The project id '{settings.ProjectId}' is not valid ({ProjectVariable}): use "
                + $"{Projects.ProjectId.Rule}.");
        }

        if (settings.RootToken is { } token && !Hosting.RootToken.IsAcceptable(token))
        {
            throw new StartupException(
                $"The root token is not valid ({RootTokenVariable}): use {Hosting.RootToken.MinLength} to "
                + $"{Hosting.RootToken.MaxLength} visible ASCII characters, for example the output of "
                + "'openssl rand -hex 32'.");
        }

        if (settings.TokenPepper is { } pepper && !Auth.Tokens.TokenPepper.IsAcceptable(pepper))
        {
            throw new StartupException(
                $"The token pepper is not valid ({TokenPepperVariable}): use {Auth.Tokens.TokenPepper.MinLength} to "
                + $"{Auth.Tokens.TokenPepper.MaxLength} visible ASCII characters, for example the output of "
                + "'openssl rand -hex 32'.");
        }

        if (settings.PublicUrl is { } address && !BlobSettings.IsWebAddress(address))
        {
            throw new StartupException(
                $"'{address}' is not an address ({PublicUrlVariable}): write it like https://content.example.org.");
        }

        BlobSettings.ReadLocation(settings);
        const StringSplitOptions each = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var url in settings.Urls.Split(';', each))
        {
            RequireAddress(url);
        }

        return settings;
    }

    private static void RequireAddress(string url)
    {
        // Kestrel takes '*' and '+' as hosts, which Uri does not.
        var plain = url
            .Replace("://*", "://any", StringComparison.Ordinal)
            .Replace("://+", "://any", StringComparison.Ordinal);
        if (!Uri.TryCreate(plain, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new StartupException(
                $"'{url}' is not an address to listen on ({UrlsVariable} or --urls): write it like {DefaultUrls}.");
        }
    }
}
