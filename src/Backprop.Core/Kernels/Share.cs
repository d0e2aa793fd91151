namespace Backprop.Kernels;

/// <summary>
/// Many items shared out in parts, one a thread at most. A part begins at a multiple of a chunk: with 64 items, where an item lies in
/// a vector does not depend on the number of threads; with 1, parts are as even as can be.
/// </summary>
/// <param name="Count">The number of items.</param>
/// <param name="Parts">The number of parts, 1 or more.</param>
/// <param name="Chunk">The items of a chunk.</param>
internal readonly record struct Share(int Count, int Parts, int Chunk = 64)
{
    /// <summary>Shares items among the threads of a team, each at least so many as are worth waking a thread for.</summary>
    public static Share Among(WorkerTeam? team, int count, int worthAThread, int chunk = 64) =>
        new(count, Math.Clamp(count / worthAThread, 1, team?.Threads ?? 1), chunk);

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
