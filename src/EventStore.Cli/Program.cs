using EventStore.Cli;
using EventStore.Cli.Terminal;

return await EventStoreCommandLine.RunAsync(args, StandardStreams.OfProcess());
