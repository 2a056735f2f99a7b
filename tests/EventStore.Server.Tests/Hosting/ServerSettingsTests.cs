using EventStore.Server.Hosting;
using EventStore.Testing;

namespace EventStore.Server.Tests.Hosting;

public sealed class ServerSettingsTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Defaults_fit_a_local_server()
    {
        var settings = Load(new() { ["XDG_DATA_HOME"] = _folder });

        settings.Urls.ShouldBe("http://127.0.0.1:3333");
        settings.ProjectId.ShouldBe("default");
        settings.ConnectionString.ShouldBeNull();
        settings.RootToken.ShouldBeNull();
        settings.DataFolder.ShouldBe(
            Environment.IsPrivilegedProcess ? "/var/lib/eventstore" : Path.Combine(_folder, "eventstore"));
    }

    [Fact]
    public void Command_line_goes_before_environment_and_environment_before_the_file()
    {
        var inFile = """
            {
              // comments are welcome
              "ConnectionStrings": { "EventStore": "Host=file" }, "rootToken": "token-from-the-file",
              "urls": "http://127.0.0.1:1", "project": "from-file",
            }
            """;
        File.WriteAllText(Path.Combine(_folder, "eventstore.json"), inFile);

        var fromFile = Load(new() { ["EVENTSTORE_DATA"] = _folder });
        fromFile.ConnectionString.ShouldBe("Host=file");
        fromFile.RootToken.ShouldBe("token-from-the-file");
        fromFile.Urls.ShouldBe("http://127.0.0.1:1");
        fromFile.ProjectId.ShouldBe("from-file");

        var variables = new Dictionary<string, string>
        {
            ["EVENTSTORE_DATA"] = "/nowhere",
            ["ConnectionStrings__EventStore"] = "Host=variable",
            ["EVENTSTORE_ROOT_TOKEN"] = "token-from-a-variable",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:2",
            ["EVENTSTORE_PROJECT"] = "from-variable",
        };
        var both = Load(variables, dataFolder: _folder, urls: "http://127.0.0.1:3");
        both.DataFolder.ShouldBe(_folder);
        both.ConnectionString.ShouldBe("Host=variable");
        both.RootToken.ShouldBe("token-from-a-variable");
        both.ProjectId.ShouldBe("from-variable");
        both.Urls.ShouldBe("http://127.0.0.1:3");
        Load(variables, dataFolder: _folder).Urls.ShouldBe("http://127.0.0.1:2");
    }

    [Fact]
    public void A_named_file_may_name_the_data_folder_but_the_file_in_it_may_not()
    {
        var named = Path.Combine(_folder, "named.json");
        File.WriteAllText(named, """{"data": "/srv/content"}""");
        Load(new() { ["EVENTSTORE_CONFIG"] = named }).DataFolder.ShouldBe("/srv/content");

        File.Move(named, Path.Combine(_folder, "eventstore.json"));
        ShouldRefuse(new() { ["EVENTSTORE_DATA"] = _folder }, "cannot name another one");
    }

    [Theory]
    [InlineData("EVENTSTORE_PROJECT", "Not An Id", "project id")]
    [InlineData("EVENTSTORE_ROOT_TOKEN", "short", "root token")]
    [InlineData("EVENTSTORE_ROOT_TOKEN", "sixteen characters and a space", "root token")]
    [InlineData("ASPNETCORE_URLS", "localhost:3333", "address to listen on")]
    [InlineData("EVENTSTORE_CONFIG", "/no/such/file.json", "cannot be read")]
    public void Bad_values_are_refused_by_name(string variable, string value, string reason) =>
        ShouldRefuse(new() { [variable] = value, ["XDG_DATA_HOME"] = _folder }, reason);

    [Fact]
    public void A_mistyped_key_in_the_file_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "eventstore.json"), """{"roottokn": "abcdefghijklmnopqrst"}""");
        ShouldRefuse(new() { ["EVENTSTORE_DATA"] = _folder }, "roottokn");
    }

    private static void ShouldRefuse(Dictionary<string, string> variables, string reason) =>
        Should.Throw<StartupException>(() => Load(variables)).Message.ShouldContain(reason);

    [Theory]
    [InlineData("EVENTSTORE_BLOBS", "relative/folder")]
    [InlineData("EVENTSTORE_BLOBS", "s3://")]
    [InlineData("EVENTSTORE_BLOBS", "s3://bucket/../prefix")]
    [InlineData("EVENTSTORE_BLOBS", "s3:///prefix")]
    [InlineData("EVENTSTORE_PUBLIC_URL", "content.example.org")]
    [InlineData("EVENTSTORE_S3_ENDPOINT", "127.0.0.1:9000")]
    [InlineData("EVENTSTORE_S3_ACCESS_KEY", "alone")]
    public void Places_for_files_that_cannot_be_are_refused(string name, string value)
    {
        var variables = new Dictionary<string, string> { ["EVENTSTORE_DATA"] = _folder, ["EVENTSTORE_BLOBS"] = "s3://bucket" };
        variables[name] = value;
        Should.Throw<StartupException>(() => Load(variables)).Message.ShouldContain(name);
    }

    [Fact]
    public void Places_for_files_come_from_the_environment_or_the_file()
    {
        File.WriteAllText(
            Path.Combine(_folder, "eventstore.json"),
            """
            {"blobs":"s3://in-file/prefix","publicUrl":"https://a.example","s3Endpoint":"http://s3.example","s3Region":"r",
             "s3AccessKey":"a","s3SecretKey":"b"}
            """);
        var settings = Load(new() { ["EVENTSTORE_DATA"] = _folder, ["EVENTSTORE_PUBLIC_URL"] = "https://b.example" });
        (settings.Blobs, settings.PublicUrl, settings.S3Endpoint, settings.S3Region, settings.S3AccessKey, settings.S3SecretKey)
            .ShouldBe(("s3://in-file/prefix", "https://b.example", "http://s3.example", "r", "a", "b"));
    }

    private static ServerSettings Load(
        Dictionary<string, string> variables,
        string? dataFolder = null,
        string? urls = null) =>
        ServerSettings.Load(dataFolder, urls, variables.GetValueOrDefault);
}
