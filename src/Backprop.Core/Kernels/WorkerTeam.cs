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
/// nothing. A worker that has finished spins for a moment, since kernels follow each other closely, and then sleeps.
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
    private sealed unsafe class Crew(bool spins)
    {
        // Waking a sleeping thread takes about as long.
        private static readonly long s_spinTicks = Stopwatch.Frequency / 1_000_000 * 30;

        private readonly object _gate = new();

        // The job: written under the gate, and only while no worker is at it.
        private delegate*<void*, int, void> _runPart;
        private void* _job;
        private int _parts;

        private int _nextPart;
        private volatile int _jobNumber;
        private volatile int _workersAtIt;
        private bool _isRunning;
        private volatile bool _hasEnded;
        private Exception? _firstException;

        public void Run<TJob>(int parts, ref TJob job, bool alone)
            where TJob : struct, IWorkerJob
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_hasEnded, typeof(WorkerTeam));
                if (_isRunning)
                {
                    throw new InvalidOperationException(
                        "The team is running a job already: it takes one at a time, and none from within a part.");
                }

                // The job lies on the caller's stack, which this call does not leave before every worker is done with it.
                _isRunning = true;
                _job = Unsafe.AsPointer(ref job);
                _runPart = &RunPart<TJob>;
                _parts = parts;
                _nextPart = 0;
                if (!alone)
                {
                    _jobNumber++;
                    Monitor.PulseAll(_gate);
                }
            }

            RunParts();
            Finish();
        }

        public void End()
        {
            lock (_gate)
            {
                _hasEnded = true;
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>The life of a worker.</summary>
        public void Work()
        {
            for (var lastJob = 0; WaitForJob(ref lastJob);)
            {
                RunParts();
                lock (_gate)
                {
                    if (--_workersAtIt == 0)
                    {
                        Monitor.PulseAll(_gate);
                    }
                }
            }
        }

        /// <summary>Waits for a job that this worker has not seen and joins it; false when the team ends.</summary>
        private bool WaitForJob(ref int lastJob)
        {
            while (true)
            {
                for (var end = SpinEnd(); _jobNumber == lastJob && !_hasEnded && Stopwatch.GetTimestamp() < end;)
                {
                    Thread.SpinWait(10);
                }

                lock (_gate)
                {
                    while (_jobNumber == lastJob && !_hasEnded)
                    {
                        Monitor.Wait(_gate);
                    }

                    if (_hasEnded)
                    {
                        return false;
                    }

                    lastJob = _jobNumber;

                    // Whoever wakes late finds the job done.
                    if (_isRunning && _nextPart < _parts)
                    {
                        _workersAtIt++;
                        return true;
                    }
                }
            }
        }

        private static void RunPart<TJob>(void* job, int part)
            where TJob : struct, IWorkerJob => Unsafe.AsRef<TJob>(job).Run(part);

        private void RunParts()
        {
            try
            {
                for (int part; (part = Interlocked.Increment(ref _nextPart) - 1) < _parts;)
                {
                    _runPart(_job, part);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _firstException, exception, null);
                Volatile.Write(ref _nextPart, _parts);
            }
        }

        private long SpinEnd() => spins ? Stopwatch.GetTimestamp() + s_spinTicks : 0;

        /// <summary>Waits for the workers' last parts, and reports.</summary>
        private void Finish()
        {
            Exception? exception;
            for (var end = SpinEnd(); _workersAtIt > 0 && Stopwatch.GetTimestamp() < end;)
            {
                Thread.SpinWait(10);
            }

            lock (_gate)
            {
                while (_workersAtIt > 0)
                {
                    Monitor.Wait(_gate);
                }

                exception = _firstException;
                _firstException = null;
                _isRunning = false;
            }

            if (exception is not null)
            {
                ExceptionDispatchInfo.Throw(exception);
            }
        }
    }
}
