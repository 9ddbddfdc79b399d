namespace BgmFunctional.Simulators

open BgmFunctional.Flows

/// A complex shift as it truly is. Fits find it up to a constant, which the intercept takes.
[<NoComparison; NoEquality>]
type TrueCurve = {
    /// The node whose latent moves.
    Node: string
    /// The parent that moves it.
    Parent: string
    /// What the other parents of the same term are set to; empty for a term of one parent.
    Given: (string * float) list
    /// The shift at a value of the parent, log-odds: added to u of a continuous node, subtracted from the cut points of an ordinal one.
    Shift: float -> float
    /// The least value of the parent at which the curve is worth a look.
    Low: float
    /// The largest such value.
    High: float
}

/// A number about interventions or counterfactuals that a good model finds.
type TrueEffect = {
    /// What it is, in words and symbols.
    Quantity: string
    /// The nodes that are set, with what they are set to; empty where the quantity itself says it.
    Do: (string * float) list
    /// What it truly is.
    Value: float
}

/// What is known about a simulator and no data show with certainty.
[<NoComparison; NoEquality>]
type Truth = {
    /// Coefficients of the linear shifts, as `Flow.coefficients` reports them.
    Coefficients: Coefficient list
    /// The complex shifts, one by one or, for a joint one, a curve for each of some values of its other parents.
    Curves: TrueCurve list
    /// Effects and counterfactuals.
    Effects: TrueEffect list
}

/// Parts of truths.
[<RequireQualifiedAccess>]
module internal Truth =

    /// Nothing is known yet.
    let nothing = { Coefficients = []; Curves = []; Effects = [] }

    /// β of a linear shift of a continuous parent.
    let coefficient node parent beta : Coefficient = {
        Node = node
        Parent = parent
        Level = None
        Estimate = beta
        OddsRatio = exp beta
    }

    /// Contrasts of the levels 1 … K − 1 of an ordinal parent against level 0, where each level moves the latent by β more than the one before.
    let coefficients node parent levels beta = [
        for level in 1 .. levels - 1 -> { coefficient node parent (beta * float level) with Level = Some(string level) }
    ]

    /// A curve of a term of one parent.
    let curve node parent (low, high) shift = {
        Node = node
        Parent = parent
        Given = []
        Shift = shift
        Low = low
        High = high
    }
