namespace Backprop.Kernels;

/// <summary>
/// Many items shared out in parts, one a thread at most. A part begins at a multiple of 64 items, so where an item lies in a
/// vector does not depend on the number of threads.
/// </summary>
/// <param name="Count">The number of items.</param>
/// <param name="Parts">The number of parts, 1 or more.</param>
internal readonly record struct Share(int Count, int Parts)
{
    private const int Chunk = 64;

    /// <summary>Shares items among the threads of a team, each at least so many as are worth waking a thread for.</summary>
    public static Share Among(WorkerTeam? team, int count, int worthAThread) =>
        new(count, Math.Clamp(count / worthAThread, 1, team?.Threads ?? 1));

    /// <summary>The first item of a part; the end of the last for the part after it.</summary>
    public int Start(int part) => part == Parts ? Count : (int)((long)Count * part / Parts / Chunk * Chunk);

    /// <summary>Runs a job of as many parts, by the team that it was shared among.</summary>
    public void Run<TJob>(WorkerTeam? team, TJob job)
        where TJob : struct, IWorkerJob
    {
        if (Parts == 1)
            job.Run(0);
        else
            team!.Run(Parts, job);
    }
}
