namespace BgmFunctional.Kernels.Tests;

public class TeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_index_runs_exactly_once(int threads)
    {
        using var team = new Team(threads);
        var counts = new int[1000];
        Action<int> body = i => Interlocked.Increment(ref counts[i]);
        for (var round = 1; round <= 300; round++)
        {
            var n = round % 7 == 0 ? 1000 : round % 5;
            Array.Clear(counts);
            team.Run(n, body);
            Assert.All(counts[..n], count => Assert.Equal(1, count));
            Assert.All(counts[n..], count => Assert.Equal(0, count));
            if (round % 50 == 0) Thread.Sleep(2);
        }
    }

    [Fact]
    public void The_exception_of_a_body_reaches_the_caller_and_the_team_goes_on()
    {
        using var team = new Team(3);
        var error = Assert.Throws<InvalidOperationException>(() => team.Run(100, i =>
        {
            if (i == 17) throw new InvalidOperationException("index 17");
        }));
        Assert.Equal("index 17", error.Message);
        var sum = 0;
        team.Run(100, i => Interlocked.Add(ref sum, i));
        Assert.Equal(4950, sum);
    }

    [Fact]
    public void A_nested_run_is_inline_and_in_order()
    {
        using var team = new Team(2);
        var seen = new List<int>[8];
        team.Run(8, i =>
        {
            seen[i] = [];
            var thread = Environment.CurrentManagedThreadId;
            team.Run(5, j =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                seen[i].Add(j);
            });
        });
        Assert.All(seen, order => Assert.Equal([0, 1, 2, 3, 4], order));
    }

    [Fact]
    public void Callers_on_several_threads_take_turns()
    {
        using var team = new Team(2);
        var sum = 0L;
        Parallel.For(0, 200, _ => team.Run(10, i => Interlocked.Add(ref sum, i)));
        Assert.Equal(200 * 45, sum);
    }

    [Fact]
    public void A_run_with_a_kept_body_allocates_nothing()
    {
        using var team = new Team(2);
        Action<int> body = static _ => { };
        team.Run(4, body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) team.Run(4, body);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_team_refuses_what_it_cannot_run()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Team(0));
        var team = new Team(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => team.Run(-1, _ => { }));
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(1, _ => { }));
    }
}
