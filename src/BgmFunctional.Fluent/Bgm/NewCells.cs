namespace BgmFunctional.Fluent;

/// <summary>What the cells of new rows hold.</summary>
public enum NewCells
{
    /// <summary>Draws whose columns hang together as the model says, and are each distributed as in the table that was learned from.</summary>
    LikeTable,

    /// <summary>Draws with the noise that the model knows, which is normal.</summary>
    Drawn,

    /// <summary>Means given the row's latent.</summary>
    Means,
}
