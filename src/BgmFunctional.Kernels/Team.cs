using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace BgmFunctional.Kernels;

/// <summary>
/// A fixed set of threads for short fork–join loops: a hand-off costs a few microseconds because idle threads spin briefly before
/// they sleep. Which thread runs which index is not determined, so what a body computes must depend on its index alone.
/// </summary>
public sealed class Team : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency * 40 / 1_000_000;

    [ThreadStatic]
    private static bool isInside;

    private readonly Lock turn = new();
    private readonly object bed = new();
    private readonly Thread[] workers;
    private Action<int> body = static _ => { };
    private ExceptionDispatchInfo? failure;
    private int count;
    private int unclaimed;
    private int unfinished;
    private int sleeping;
    private volatile bool isDisposed;

    /// <summary>As many threads as there may be, more than any machine has; each costs memory of its own.</summary>
    public const int MostThreads = 1024;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">Threads that share the work, the caller of <see cref="Run"/> among them; 1 starts none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread, or more than <see cref="MostThreads"/>.</exception>
    public Team(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        workers = new Thread[threads - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work) { IsBackground = true, Name = $"{nameof(Team)} {i + 1}" };
            workers[i].Start();
        }
    }

    /// <summary>Threads that share the work, the caller among them.</summary>
    public int Threads => workers.Length + 1;

    /// <summary>
    /// Runs body(0) … body(count − 1), each once, and returns when all are done. Within a body a nested call, of any team, runs
    /// inline. Calls from several threads take turns. Nothing is allocated.
    /// </summary>
    /// <param name="count">Number of indices, 0 or more.</param>
    /// <param name="body">Keep the delegate to avoid an allocation for each call.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <remarks>The first exception of a body is thrown again here; indices not begun by then are left out.</remarks>
    public void Run(int count, Action<int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(body);
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (workers.Length == 0 || count <= 1 || isInside)
        {
            for (var i = 0; i < count; i++) body(i);
            return;
        }

        lock (turn)
        {
            this.body = body;
            this.count = count;
            failure = null;
            unfinished = count;

            // Publishes all of the above; the full fence orders it before the look at the sleepers.
            Interlocked.Exchange(ref unclaimed, count);
            if (Volatile.Read(ref sleeping) > 0) WakeAll();
            TakeIndices();
            var spinner = default(SpinWait);
            while (Volatile.Read(ref unfinished) > 0) spinner.SpinOnce(sleep1Threshold: -1);
            failure?.Throw();
        }
    }

    /// <summary>Ends the threads; a run in progress is finished first.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            isDisposed = true;
            WakeAll();
        }

        foreach (var worker in workers) worker.Join();
    }

    private void WakeAll()
    {
        lock (bed) Monitor.PulseAll(bed);
    }

    private void Work()
    {
        while (!isDisposed)
        {
            TakeIndices();
            if (!IsWorkSoon()) Sleep();
        }
    }

    private bool IsWorkSoon()
    {
        var end = Stopwatch.GetTimestamp() + SpinTicks;
        while (Stopwatch.GetTimestamp() < end)
        {
            if (Volatile.Read(ref unclaimed) > 0) return true;
            Thread.SpinWait(4);
        }

        return false;
    }

    /// <summary>Sleeps once: a thread that wakes too late for one run spins, and so is in time for the next.</summary>
    private void Sleep()
    {
        lock (bed)
        {
            // The fence before the look at the work: either it is seen here, or Run sees the sleeper.
            Interlocked.Increment(ref sleeping);
            if (Volatile.Read(ref unclaimed) <= 0 && !isDisposed) Monitor.Wait(bed);
            Interlocked.Decrement(ref sleeping);
        }
    }

    /// <summary>
    /// Runs indices until none is left to claim. Claims count down, so a late thread finds a number below 0 and leaves; a number above
    /// belongs to the current run, which cannot end before the claimed index is done.
    /// </summary>
    private void TakeIndices()
    {
        isInside = true;
        while (Volatile.Read(ref unclaimed) > 0)
        {
            var left = Interlocked.Decrement(ref unclaimed);
            if (left < 0) break;
            try
            {
                if (failure is null) body(count - 1 - left);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            Interlocked.Decrement(ref unfinished);
        }

        isInside = false;
    }
}
