namespace BgmFunctional.Flows

/// Transformations by name.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Transformation =
    /// The transformation of a continuous node whose training values have this range.
    let create transform range =
        match transform with
        | Bernstein parameters -> BernsteinPolynomial.create parameters range
        | Spline(bins, tails) -> RationalQuadraticSpline.create bins tails range
        | Affine -> AffineLine.create range
