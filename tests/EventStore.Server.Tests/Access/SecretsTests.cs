using System.Text;
using EventStore.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventStore.Server.Tests.Access;

/// <summary>Neither tokens nor the pepper are in the database, in the log, or in any answer but the one that shows a new token.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task No_secret_is_found_in_the_database_the_log_or_an_answer()
    {
        var log = new RecordingLog();
        var server = await TestServer.StartAsync(builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.Configure<LoggerFilterOptions>(
                options => options.Rules.Add(new(typeof(RecordingLog).FullName, null, LogLevel.Trace, null)));
        });
        try
        {
            var answers = new StringBuilder();
            var stage = await Stage.CreateAsync(server);
            foreach (var role in new[] { "administrator", "viewer" })
            {
                await stage.TokenAsync(role);
            }

            await stage.ExpiredTokenAsync("editor");
            await stage.RevokedTokenAsync("editor");
            var rotating = await stage.TokenAsync("developer");
            var rotated = (string)(await stage.SendAsync(rotating, HttpMethod.Post, "/v1/access/robots/me/rotate")).Json["token"]!;
            var pepper = File.ReadAllText(Path.Combine(server.Host.Settings.DataFolder, "token-pepper")).Trim();
            pepper.Length.ShouldBeGreaterThanOrEqualTo(64);
            var secrets = stage.Tokens.Select(token => token.Key)
                .Concat([rotated, server.Host.RootToken.Text, pepper])
                .ToList();

            // Every kind of answer, with every kind of token, also where none belongs.
            foreach (var token in secrets.Append("nonsense"))
            {
                foreach (var path in new[]
                {
                    "/users/me", "/auth/id", $"/data/doc/{Stage.Closed}/a", $"/data/history/{Stage.Closed}/transactions", "/datasets",
                    $"/projects/{stage.ProjectId}/tokens", $"/projects/{stage.ProjectId}/activity",
                    $"/access/project/{stage.ProjectId}/robots",
                    "/none", $"/data/export/{Stage.Closed}", $"/data/doc/none/a",
                })
                {
                    answers.Append((await stage.SendAsync(token, HttpMethod.Get, stage.Path(path))).Text);
                }

                answers.Append((await stage.SendAsync(
                    token,
                    HttpMethod.Post,
                    stage.Path($"/data/mutate/{Stage.Closed}"),
                    """{"mutations":[{"delete":{"id":"a"}}],"x":""")).Text);
            }

            var dump = await DumpAsync(server.ConnectionString);
            dump.ShouldContain(stage.TokenId("viewer"));
            log.Text.ShouldContain($"/data/export/{Stage.Closed}");
            foreach (var secret in secrets)
            {
                // Neither whole nor without its beginning, neither as text nor as bytes.
                var core = secret.StartsWith("es_token_") ? secret[22..] : secret.Replace("es_root_", "");
                var bytes = Encoding.UTF8.GetBytes(core);
                foreach (var form in new[] { core, Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes) })
                {
                    dump.ShouldNotContain(form);
                    log.Text.ShouldNotContain(form);
                    answers.ToString().ShouldNotContain(form);
                }
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>All rows of all tables and of what PostgreSQL keeps about statements, as text.</summary>
    private static async Task<string> DumpAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        var tables = await RowsAsync(
            dataSource,
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
        tables.Count.ShouldBeGreaterThan(10);
        var dump = new StringBuilder();
        foreach (var table in tables.Append("pg_stat_activity"))
        {
            dump.AppendJoin('\n', await RowsAsync(dataSource, $"select t::text from {table} as t"));
        }

        return dump.ToString();
    }

    private static async Task<List<string>> RowsAsync(NpgsqlDataSource dataSource, string sql)
    {
#pragma warning disable CA2100 // The only text in it that is no constant is the name of a table.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>Everything that is logged, the smallest detail included.</summary>
    private sealed class RecordingLog : ILoggerProvider, ILogger
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_text)
            {
                _text.Append(formatter(state, exception)).Append(exception).Append('\n');
            }
        }

        public void Dispose()
        {
        }
    }
}
