namespace EventStore.Server;

/// <summary>The limits of background work and of copies.</summary>
internal static partial class ServerLimits
{
    /// <summary>Most jobs that one server works on at once.</summary>
    public const int JobsAtOnce = 4;

    /// <summary>Most jobs of a project that wait or are being worked on.</summary>
    public const int OpenJobsOfProject = 100;

    /// <summary>How often a server says that it is still at a job.</summary>
    public static readonly TimeSpan JobHeartbeat = TimeSpan.FromSeconds(2);

    /// <summary>A job of which nothing was heard for so long may be taken by another server.</summary>
    public static readonly TimeSpan JobLease = TimeSpan.FromSeconds(10);

    /// <summary>How often a server looks for jobs that nobody is at.</summary>
    public static readonly TimeSpan JobWatchInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often the scheduler looks for what another server has left to it.</summary>
    public static readonly TimeSpan JobPoll = TimeSpan.FromSeconds(1);

    /// <summary>How often the scheduler of a server says that it is there.</summary>
    public static readonly TimeSpan SchedulerCheckin = TimeSpan.FromSeconds(5);

    /// <summary>How often a job may be taken without getting a step further before it is given up.</summary>
    public const int JobAttempts = 10;

    /// <summary>How long finished jobs are remembered.</summary>
    public static readonly TimeSpan JobHistory = TimeSpan.FromDays(90);

    /// <summary>Most finished jobs that are forgotten at a time.</summary>
    public const int ForgottenJobs = 1000;

    /// <summary>How many jobs a list has when the caller does not say.</summary>
    public const int JobPage = 100;

    /// <summary>Most jobs in one list.</summary>
    public const int JobPageMost = 1000;

    /// <summary>How often somebody who listens to a job is told of changes.</summary>
    public static readonly TimeSpan JobListenInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>A listener who is told nothing for so long gets a sign of life.</summary>
    public static readonly TimeSpan JobListenKeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>How long a listener may stay after the end of the job was told.</summary>
    public static readonly TimeSpan JobListenLinger = TimeSpan.FromSeconds(30);

    /// <summary>Most documents that a copy without history writes in one transaction.</summary>
    public const int CopyDocuments = 500;

    /// <summary>Bytes of documents after which such a transaction ends; its last document may exceed them.</summary>
    public const int CopyBytes = 2 * 1024 * 1024;

    /// <summary>Most documents in a plan of what is to be undone: their ids are held in memory.</summary>
    public const int RollbackDocuments = 250_000;

    /// <summary>Most documents that are rolled back in one transaction; of more, several are made.</summary>
    public const int RollbackTransactionDocuments = 5_000;

    /// <summary>Most bytes of documents that are rolled back in one transaction.</summary>
    public const long RollbackBytes = 16_000_000;

    /// <summary>Most documents in each of several transactions.</summary>
    public const int RollbackPortion = 500;

    /// <summary>Bytes of documents after which such a transaction ends; its last document may exceed them.</summary>
    public const long RollbackPortionBytes = 8_000_000;

    /// <summary>Most documents that a large plan may leave out for the sake of references.</summary>
    public const int RollbackSkipped = 1_000;

    /// <summary>Documents that the end of a rollback names.</summary>
    public const int RollbackNamed = 20;

    /// <summary>Contents of assets that a copy looks up at a time.</summary>
    public const int CopiedAssets = 1000;
}
