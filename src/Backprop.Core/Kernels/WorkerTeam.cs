using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Backprop.Kernels;

/// <summary>A job in parts that may run on different threads, in any order.</summary>
internal interface IWorkerJob
{
    /// <summary>Runs one part.</summary>
    void Run(int part);
}

/// <summary>
/// A fixed number of threads that run the parts of a job together; the calling thread is one of them. A call allocates
/// nothing. The caller takes parts from the first on, the others from the last, so that in equal jobs one after the other a
/// thread mostly gets the same parts, and finds their memory in its caches. A worker that has finished spins for a moment, since
/// kernels follow each other closely, and then sleeps.
/// </summary>
/// <remarks>
/// One job runs at a time: a team is for one thread to use, and a part must not call its own team. A team that is dropped
/// without <see cref="Dispose"/> ends its threads when it is collected.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    // The threads know only this inner part; so the team itself can be collected while they sleep.
    private readonly Crew _crew;
    private readonly Thread[] _workers;

    /// <summary>Starts a team.</summary>
    /// <param name="threads">The number of threads, the calling one included; at least 1, and 1 starts none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _crew = new Crew(spins: threads <= Environment.ProcessorCount);
        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(_crew.Work) { IsBackground = true, Name = $"Backprop worker {i + 1}" };
            _workers[i].Start();
        }
    }

    /// <summary>Ends the threads of a team that nobody disposed.</summary>
    ~WorkerTeam() => _crew?.End();

    /// <summary>The number of threads, the calling one included.</summary>
    public int Threads => _workers.Length + 1;

    /// <summary>Runs every part once, 0 to <paramref name="parts"/> - 1, and returns when all are done.</summary>
    /// <remarks>The first exception in a part reaches the caller; parts that have not begun by then may be left out.</remarks>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <exception cref="InvalidOperationException">The team is running a job already.</exception>
    public void Run<TJob>(int parts, TJob job)
        where TJob : struct, IWorkerJob
    {
        _crew.Run(parts, ref job, alone: _workers.Length == 0 || parts <= 1);
        GC.KeepAlive(this);
    }

    /// <summary>Ends the threads and waits until they have ended. No job may be running.</summary>
    public void Dispose()
    {
        _crew.End();
        foreach (var worker in _workers)
        {
            worker.Join();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What the threads of a team share.</summary>
    /// <remarks>
    /// One word tells the workers all: the number of the job, whether it is still open, and how many workers are at it. A
    /// worker joins by adding itself while the job is open, and only then looks at the job; the caller closes it and waits
    /// until they have all left. So a worker that wakes late, or is not scheduled, holds nobody up.
    /// </remarks>
    private sealed unsafe class Crew(bool spins)
    {
        private const int JobShift = 32, PartShift = 32;
        private const long Closed = 1L << 31, AtIt = Closed - 1, NextJob = 1L << JobShift;

        // More than what one thread does alone between two jobs of a training step; waking takes longer than many a job.
        private static readonly long s_spinTicks = Stopwatch.Frequency / 1_000_000 * 200;

        private readonly object _gate = new();

        // The job: written while it is closed and no worker is at it.
        private delegate*<void*, int, void> _runPart;
        private void* _job;

        private long _state = Closed;
        private long _left; // The parts that nobody has taken: the first, and above it the one after the last.
        private int _sleepers;
        private int _isRunning;
        private volatile bool _hasEnded;
        private Exception? _firstException;

        public void Run<TJob>(int parts, ref TJob job, bool alone)
            where TJob : struct, IWorkerJob
        {
            ObjectDisposedException.ThrowIf(_hasEnded, typeof(WorkerTeam));
            if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            {
                throw new InvalidOperationException(
                    "The team is running a job already: it takes one at a time, and none from within a part.");
            }

            // The job lies on the caller's stack, which this call does not leave before every worker is done with it.
            _job = Unsafe.AsPointer(ref job);
            _runPart = &RunPart<TJob>;
            _left = (long)parts << PartShift;
            if (!alone)
            {
                Interlocked.Exchange(ref _state, (_state & ~Closed) + NextJob);
                if (Volatile.Read(ref _sleepers) > 0)
                {
                    Wake();
                }
            }

            RunParts(fromEnd: false);
            Finish();
        }

        public void End()
        {
            _hasEnded = true;
            Wake();
        }

        /// <summary>The life of a worker.</summary>
        public void Work()
        {
            for (long lastJob = 0; Join(ref lastJob);)
            {
                RunParts(fromEnd: true);
                Interlocked.Decrement(ref _state);
            }
        }

        private static void RunPart<TJob>(void* job, int part)
            where TJob : struct, IWorkerJob => Unsafe.AsRef<TJob>(job).Run(part);

        /// <summary>Waits for a job that this worker has not seen and joins it; false when the team ends.</summary>
        private bool Join(ref long lastJob)
        {
            while (true)
            {
                WaitForJob(lastJob);
                if (_hasEnded)
                {
                    return false;
                }

                var state = Volatile.Read(ref _state);
                if ((state & Closed) != 0)
                {
                    lastJob = state >> JobShift; // It came late.
                }
                else if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
                {
                    lastJob = state >> JobShift;
                    return true;
                }
            }
        }

        /// <summary>Returns when there is another job, or the team ends.</summary>
        private void WaitForJob(long lastJob)
        {
            var end = spins ? Stopwatch.GetTimestamp() + s_spinTicks : 0;
            while (!HasNews(lastJob))
            {
                for (var i = 0; i < 32 && !HasNews(lastJob); i++)
                {
                    Thread.SpinWait(1);
                }

                if (Stopwatch.GetTimestamp() >= end)
                {
                    Sleep(lastJob);
                }
            }
        }

        private bool HasNews(long lastJob) => Volatile.Read(ref _state) >> JobShift != lastJob || _hasEnded;

        private void Sleep(long lastJob)
        {
            lock (_gate)
            {
                // Said before looking once more, as the caller says that there is a job before it looks for sleepers.
                Interlocked.Increment(ref _sleepers);
                while (!HasNews(lastJob))
                {
                    Monitor.Wait(_gate);
                }

                Interlocked.Decrement(ref _sleepers);
            }
        }

        private void Wake()
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }

        private void RunParts(bool fromEnd)
        {
            try
            {
                for (int part; (part = Take(fromEnd)) >= 0;)
                {
                    _runPart(_job, part);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _firstException, exception, null);
                Volatile.Write(ref _left, 0);
            }
        }

        /// <summary>Takes the first part that is left, or the last; -1 where none is.</summary>
        private int Take(bool fromEnd)
        {
            while (true)
            {
                var left = Volatile.Read(ref _left);
                var (first, end) = ((int)left, (int)(left >> PartShift));
                if (first >= end)
                {
                    return -1;
                }

                var rest = fromEnd ? left - (1L << PartShift) : left + 1;
                if (Interlocked.CompareExchange(ref _left, rest, left) == left)
                {
                    return fromEnd ? end - 1 : first;
                }
            }
        }

        /// <summary>Closes the job, waits for the workers' last parts, and reports.</summary>
        private void Finish()
        {
            Interlocked.Or(ref _state, Closed);
            var end = Stopwatch.GetTimestamp() + s_spinTicks;
            while ((Volatile.Read(ref _state) & AtIt) != 0)
            {
                if (spins && Stopwatch.GetTimestamp() < end)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    Thread.Yield(); // The worker may be waiting for this very processor.
                }
            }

            var exception = _firstException;
            _firstException = null;
            Volatile.Write(ref _isRunning, 0);
            if (exception is not null)
            {
                ExceptionDispatchInfo.Throw(exception);
            }
        }
    }
}
