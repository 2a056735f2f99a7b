using EventStore.Cli;
using EventStore.Cli.Terminal;

using var signals = new StopSignals();
return await EventStoreCommandLine.RunAsync(args, StandardStreams.OfProcess(), signals.Token);
