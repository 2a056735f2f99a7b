using System.CommandLine;
using EventStore.Cli;

var root = new RootCommand("EventStore: a content store that keeps every edit.")
{
    ServeCommand.Create(),
};

// The library would end the process two seconds after a signal; a clean stop may take longer.
using var signals = new StopSignals();
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(invocation, signals.Token);
