using EventStore.Testing;

namespace EventStore.Server.Tests.Backups;

/// <summary>A long test that mounts a small file system for itself, which takes Linux and root.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!LongFactAttribute.IsEnabled || !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Skip = $"A long test that mounts a file system: set {LongFactAttribute.Variable}=1 and be root to run it.";
        }
    }
}
