using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStore.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EventStore.Server.Tests.Http;

/// <summary>Clients that stop reading or leave.</summary>
public sealed class AbortTests
{
    [Theory]
    [InlineData("data/export/big")]
    [InlineData("data/export/big?nextCursor=")]
    [InlineData("data/history/big/transactions?effectFormat=mendoza")]
    [InlineData("data/history/big/transactions?excludeMutations=true&effectFormat=mendoza")]
    [InlineData("data/doc/big/{0}")]
    public async Task A_client_that_leaves_in_mid_stream_ends_the_work(string path)
    {
        var counter = new RequestCounter();
        var server = await TestServer.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(counter));
        try
        {
            var api = new Api(server);
            (await api.SendAsync(HttpMethod.Put, "/v1/datasets/big", "{}")).ShouldBe(HttpStatusCode.OK);
            var text = new string('x', 1_900_000);
            for (var index = 0; index < 12; index++)
            {
                var creates = $$$"""{"create":{"_id":"a{{{index}}}","_type":"t","text":"{{{text}}}"}},"""
                    + $$$"""{"create":{"_id":"b{{{index}}}","_type":"t","text":"{{{text}}}"}}""";
                (await api.MutateAsync("big", creates)).ShouldBe(HttpStatusCode.OK);
            }

            path = string.Format(path, string.Join(',', Enumerable.Range(0, 12).SelectMany(index => new[] { $"a{index}", $"b{index}" })));
            using (var client = new TcpClient { ReceiveBufferSize = 8192 })
            {
                await client.ConnectAsync(server.Host.Address.Host, server.Host.Address.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"GET /v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Host.RootToken.Text}\r\n\r\n"));
                var buffer = new byte[1000];
                (await client.GetStream().ReadAsync(buffer)).ShouldBeGreaterThan(0);
                Encoding.ASCII.GetString(buffer).ShouldStartWith("HTTP/1.1 200");

                // 45 MB do not fit between the two: the server is still at it, waiting for its client.
                await Task.Delay(500);
                counter.Running.ShouldBe(1);
            }

            for (var round = 0; round < 200 && counter.Running > 0; round++)
            {
                await Task.Delay(50);
            }

            counter.Running.ShouldBe(0);
            (await api.GetAsync("/v1/data/doc/big/none")).ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_dataset_deleted_under_a_stream_does_not_look_like_its_end()
    {
        var server = await TestServer.StartAsync();
        try
        {
            var api = new Api(server);
            (await api.SendAsync(HttpMethod.Put, "/v1/datasets/big", "{}")).ShouldBe(HttpStatusCode.OK);

            // What packs well would be read ahead whole: noise is read a few documents at a time.
            var noise = new byte[1_400_000];
            for (var index = 0; index < 24; index++)
            {
                Random.Shared.NextBytes(noise);
                var text = Convert.ToBase64String(noise);
                await api.MutateAsync("big", $$$"""{"create":{"_id":"d{{{index}}}","_type":"t","text":"{{{text}}}"}}""");
            }

            using var message = await api.Client.GetAsync("/v1/data/export/big", HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await message.Content.ReadAsStreamAsync();
            (await api.SendAsync(HttpMethod.Delete, "/v1/datasets/big", "")).ShouldBe(HttpStatusCode.OK);
            await WaitForErasureAsync(server);
            var lines = (await new StreamReader(stream).ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            lines.Length.ShouldBeLessThan(24);
            lines[^1].ShouldStartWith("{\"error\":{\"description\":");
            lines[..^1].ShouldAllBe(line => line.StartsWith("{\"_createdAt\"") && line.EndsWith('}'));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Until its rows are gone, what was deleted can still be read by who has begun.</summary>
    private static async Task WaitForErasureAsync(TestServer server)
    {
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var left = database.CreateCommand("select count(*) from eventstore.dataset where name = 'big'");
        while (await left.ExecuteScalarAsync() is not 0L)
        {
            await Task.Delay(50);
        }
    }

    /// <summary>Counts requests that are being worked on.</summary>
    private sealed class RequestCounter : IStartupFilter
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                Interlocked.Increment(ref _running);
                try
                {
                    await following(context);
                }
                finally
                {
                    Interlocked.Decrement(ref _running);
                }
            });
            next(app);
        };
    }
}
