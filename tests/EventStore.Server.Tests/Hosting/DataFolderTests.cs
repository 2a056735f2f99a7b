using EventStore.Server.Hosting;
using EventStore.Testing;

namespace EventStore.Server.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Is_held_by_one_at_a_time_under_any_of_its_names()
    {
        var real = Path.Combine(_folder, "real");
        var link = Path.Combine(_folder, "link");
        var first = DataFolder.Open(real);
        Directory.CreateSymbolicLink(link, real);

        var refusal = Should.Throw<StartupException>(() => DataFolder.Open(link));
        refusal.Message.ShouldContain(
            $"Another server (process {Environment.ProcessId}) is using the data folder {real}");

        first.Dispose();
        using var second = DataFolder.Open(link);
        second.FullPath.ShouldBe(real);
    }

    [Fact]
    public void Keeps_one_secret_root_token()
    {
        string text;
        using (var folder = DataFolder.Open(_folder))
        {
            text = folder.ReadOrCreateRootToken().Text;
        }

        text.ShouldMatch("^es_root_[0-9a-f]{64}$");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(_folder, "root-token"))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var again = DataFolder.Open(_folder);
        var token = again.ReadOrCreateRootToken();
        token.Text.ShouldBe(text);
        token.Matches(text).ShouldBeTrue();
        token.Matches(text[..^1]).ShouldBeFalse();
        token.Matches(null).ShouldBeFalse();
        token.ToString().ShouldNotContain(text);
    }
}
