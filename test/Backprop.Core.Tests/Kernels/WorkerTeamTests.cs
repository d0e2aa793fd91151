using System.Runtime.CompilerServices;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class WorkerTeamTests
{
    [TestMethod]
    public void Every_part_runs_exactly_once()
    {
        foreach (var threads in (int[])[1, 2, 3, 8])
        {
            using var team = new WorkerTeam(threads);
            Assert.AreEqual(threads, team.Threads);
            for (var parts = 0; parts < 200; parts++)
            {
                var runs = new int[parts];
                team.Run(parts, new CountingJob(runs));
                Assert.IsTrue(runs.All(count => count == 1), $"{threads} threads, {parts} parts: {string.Join(' ', runs)}");
            }
        }
    }

    [TestMethod]
    public void A_sleeping_team_wakes_for_the_next_job()
    {
        using var team = new WorkerTeam(2);
        for (var job = 0; job < 5; job++)
        {
            // Each part waits for the other one: it takes both threads.
            using var meeting = new Barrier(2);
            team.Run(2, new MeetingJob(meeting));
            Thread.Sleep(5);
        }
    }

    [TestMethod]
    public void An_exception_in_a_part_reaches_the_caller_and_the_team_stays_usable()
    {
        foreach (var threads in (int[])[1, 3])
        {
            using var team = new WorkerTeam(threads);
            for (var part = 0; part < 10; part++)
            {
                var exception = Assert.ThrowsExactly<FormatException>(() => team.Run(10, new ThrowingJob(part)));
                Assert.AreEqual($"part {part}", exception.Message);
            }

            var runs = new int[10];
            team.Run(10, new CountingJob(runs));
            Assert.IsTrue(runs.All(count => count == 1));
        }
    }

    [TestMethod]
    public void A_part_that_gives_its_own_team_a_job_is_refused()
    {
        foreach (var threads in (int[])[1, 2])
        {
            using var team = new WorkerTeam(threads);
            Assert.ThrowsExactly<InvalidOperationException>(() => team.Run(2, new NestedJob(team)));
        }
    }

    [TestMethod]
    public void Dispose_ends_the_threads_and_no_job_runs_after_it()
    {
        var team = new WorkerTeam(3);
        var threads = ThreadsOf(team);
        Assert.AreEqual(3, threads.Length);

        team.Dispose();
        team.Dispose();

        Assert.IsTrue(threads.All(thread => thread == Thread.CurrentThread || !thread.IsAlive));
        Assert.ThrowsExactly<ObjectDisposedException>(() => team.Run(1, new CountingJob(new int[1])));
    }

    [TestMethod]
    public void A_team_that_is_dropped_ends_its_threads()
    {
        var threads = ThreadsOfDroppedTeam();
        for (var attempt = 0; attempt < 100 && threads.Any(thread => thread.IsAlive); attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }

        Assert.IsFalse(threads.Any(thread => thread.IsAlive));
    }

    [TestMethod]
    public void A_job_allocates_nothing_on_the_calling_thread()
    {
        using var team = new WorkerTeam(2);
        var job = new CountingJob(new int[100]);
        long before = 0;
        for (var run = 0; run < 100; run++)
        {
            before = run == 3 ? GC.GetAllocatedBytesForCurrentThread() : before;
            team.Run(100, job);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_team_has_at_least_one_thread() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new WorkerTeam(0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread[] ThreadsOfDroppedTeam() =>
        [.. ThreadsOf(new WorkerTeam(3)).Where(thread => thread != Thread.CurrentThread)];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread[] ThreadsOf(WorkerTeam team)
    {
        var threads = new Thread[team.Threads];
        using var meeting = new Barrier(team.Threads);
        team.Run(team.Threads, new MeetingJob(meeting, threads));
        return threads;
    }

    private readonly struct CountingJob(int[] runs) : IWorkerJob
    {
        public void Run(int part) => Interlocked.Increment(ref runs[part]);
    }

    private readonly struct MeetingJob(Barrier meeting, Thread[]? threads = null) : IWorkerJob
    {
        public void Run(int part)
        {
            if (threads is not null)
            {
                threads[part] = Thread.CurrentThread;
            }

            Assert.IsTrue(meeting.SignalAndWait(TimeSpan.FromSeconds(30)));
        }
    }

    private readonly struct ThrowingJob(int throwingPart) : IWorkerJob
    {
        public void Run(int part)
        {
            if (part == throwingPart)
            {
                throw new FormatException($"part {part}");
            }
        }
    }

    private readonly struct NestedJob(WorkerTeam team) : IWorkerJob
    {
        public void Run(int part) => team.Run(1, new CountingJob(new int[1]));
    }
}
