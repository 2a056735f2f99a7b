# The server alone: it needs a PostgreSQL 15 or later, named by ConnectionStrings__EventStore (see docker-compose.yml).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY schemas schemas
COPY src src
RUN dotnet publish src/EventStore.Cli -c Release -o /app --no-self-contained

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o app -g app -m 0700 /data
COPY --from=build /app /app
# Inside a container every address is the container's own; what is published outside is decided there.
ENV ASPNETCORE_URLS=http://0.0.0.0:3333 EVENTSTORE_DATA=/data
USER app
VOLUME /data
EXPOSE 3333
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD curl -fsS http://127.0.0.1:3333/health/ready >/dev/null
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/app/eventstore.dll"]
CMD ["serve"]
