using EventStore.Testing;

namespace EventStore.Server.Tests.Http;

/// <summary>The classes of this folder share one server; each test makes datasets of its own.</summary>
[CollectionDefinition(Name)]
public sealed class HttpCollection : ICollectionFixture<TestServer>
{
    public const string Name = "http";
}
