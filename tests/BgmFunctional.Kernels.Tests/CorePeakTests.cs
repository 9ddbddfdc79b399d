namespace BgmFunctional.Kernels.Tests;

public class CorePeakTests
{
    /// <summary>Ten million to a thousand billion: whatever the machine, a core lies between.</summary>
    [Fact]
    public void Peak_is_positive_and_finite()
    {
        Assert.InRange(CorePeak.Measure<float>(), 1e7, 1e12);
        Assert.InRange(CorePeak.Measure<double>(), 1e7, 1e12);
    }
}
