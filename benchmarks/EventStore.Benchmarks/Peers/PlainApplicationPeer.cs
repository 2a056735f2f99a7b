using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Benchmarks.Peers;

/// <summary>
/// The application that would be written by hand for the queries of <see cref="PlainTablePeer"/>: Kestrel in a process
/// of its own, with an endpoint a query that runs its prepared statement and sends what it finds. Nothing else: nobody
/// is asked who he is, and no query is read.
/// </summary>
internal sealed class PlainApplicationPeer : IDisposable
{
    /// <summary>Followed by a connection string, it makes this program the application.</summary>
    public const string Argument = "plain-application";

    private readonly Process _process;
    private readonly HttpRequests _requests;

    private PlainApplicationPeer(Process process, HttpRequests requests) => (_process, _requests) = (process, requests);

    public static async Task<PlainApplicationPeer> StartAsync(string connectionString)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EventStore.Benchmarks.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, Argument, connectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The plain application did not start.");
        return new(process, new(new(address), null));
    }

    /// <returns>Nanoseconds, as those below.</returns>
    public Task<double> ByIdAsync(string id) => AskAsync($"/id/{id}");

    public Task<double> LatestAsync(string type) => AskAsync($"/latest/{type}");

    public Task<double> BySlugAsync(string slug) => AskAsync($"/slug/{slug}");

    /// <summary>Is the application until its input ends.</summary>
    public static async Task ServeAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        await using var dataSource = NpgsqlDataSource.Create(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        Map("/id/{value}", PlainTablePeer.SelectOne);
        Map("/latest/{value}", PlainTablePeer.SelectLatest);
        Map("/slug/{value}", PlainTablePeer.SelectBySlug);
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single());
        await Console.In.ReadToEndAsync();

        void Map(string path, string sql) => application.MapGet(
            path, (HttpContext context, string value) => AnswerAsync(context, dataSource, sql, value));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context, NpgsqlDataSource dataSource, string sql, string value)
    {
        using var body = new MemoryStream();
        body.WriteByte((byte)'[');
#pragma warning disable CA2100 // The caller passes constants.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = value });
        await using (var reader = await command.ExecuteReaderAsync(context.RequestAborted))
        {
            while (await reader.ReadAsync(context.RequestAborted))
            {
                if (body.Length > 1)
                {
                    body.WriteByte((byte)',');
                }

                body.Write(reader.GetFieldValue<byte[]>(0));
            }
        }

        body.WriteByte((byte)']');
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }

    private async Task<double> AskAsync(string path)
    {
        var answer = await _requests.GetAsync(path);
        return answer.Bytes > 2
            ? answer.Nanoseconds
            : throw new InvalidOperationException($"The plain application has nothing for {path}.");
    }
}
