using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class PoolingTests
{
    private static readonly Columns[] Tables =
    [
        Columns.Empty.With("a", 1, 2, 3, 5).With("y", 2, 4, 7, 9),
        Columns.Empty.With("a", 1, 2, 3, 4).With("y", 2, 4, 5, 9),
    ];

    [Fact]
    public void Means_AreThoseOfTheTables()
    {
        var (a, y) = (Pooling.Means(Tables)[0], Pooling.Means(Tables)[1]);

        Assert.Equal(("a", "y"), (a.Term, y.Term));
        Assert.Equal((2.75 + 2.5) / 2, a.Estimate, 12);
        Assert.Equal(0.25 * 0.25 / 2, a.BetweenVariance, 12);
        Assert.Equal(a.WithinVariance + (1.5 * a.BetweenVariance), a.StandardError * a.StandardError, 12);
        Assert.InRange(Pooling.Means(Tables, 0.5)[0].High, a.Estimate, a.High);
    }

    [Fact]
    public void Regression_HasAnInterceptAndATerm()
    {
        var terms = Pooling.Regression(Tables, "y ~ a");

        Assert.Equal(["(intercept)", "a"], terms.Select(term => term.Term));
        Assert.All(terms, term => Assert.InRange(term.Estimate, term.Low, term.High));
    }

    [Fact]
    public void WhatIsRefused_Throws()
    {
        Assert.Contains("two completed tables", Assert.Throws<OptionException>(() => Pooling.Means([Tables[0]])).Message);
        Assert.Contains("alpha", Assert.Throws<OptionException>(() => Pooling.Means(Tables, 1)).Message);
        Assert.Contains("like y ~ a + b", Assert.Throws<OptionException>(() => Pooling.Regression(Tables, "y")).Message);
        Assert.Contains("'b'", Assert.Throws<DataException>(() => Pooling.Regression(Tables, "y ~ b")).Message);
        Assert.Contains("row 1", Assert.Throws<DataException>(() => Pooling.Means([Tables[0], Tables[1].With("a", double.NaN, 1, 2, 3)])).Message);
    }
}
