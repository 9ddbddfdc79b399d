namespace BgmFunctional.Fluent;

/// <summary>How the grey value of a missing pixel is drawn.</summary>
public enum PixelLaw
{
    /// <summary>By a Beta law of one precision that the fit has learned: intervals hold the pixels.</summary>
    Beta,

    /// <summary>By a logit with its noise, as published: intervals hold the mean of a pixel, and too few of the pixels.</summary>
    LogitNormal,
}
