// The variables of a structural causal model: what values they take, and how their parents act on them.
// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 3.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data

/// How parents enter a node, on the latent log-odds scale.
type Term =
    /// The transformation's parameters are a function of these parents, jointly (CI, I).
    | Intercept of parents: string list
    /// β·x (LS).
    | LinearShift of parent: string
    /// g(x), a function of these parents, jointly (CS).
    | ComplexShift of parents: string list

/// How a spline goes on beyond the bulk of the data.
[<RequireQualifiedAccess>]
type Tails =
    /// As lines whose slopes are learned, and so are the latents at which they begin.
    | Learned
    /// As lines of slope 1 on the scale on which the bulk, 5 % to 95 %, and the latents both reach from −5 to 5; as published.
    | Fixed

/// The monotone transformation of a continuous node.
type Transform =
    /// A Bernstein polynomial with so many unconstrained numbers, linear beyond the bulk of the data.
    | Bernstein of parameters: int
    /// A rational-quadratic spline of so many bins, linear beyond the bulk of the data.
    | Spline of bins: int * tails: Tails
    /// A line.
    | Affine

/// The levels of an ordinal node, lowest first.
type Levels =
    /// Codes 0 … count − 1.
    | Codes of count: int
    /// Names, coded 0, 1, … in this order.
    | Names of names: string list

/// What values a node takes.
type NodeKind =
    /// Real numbers.
    | Continuous of Transform
    /// Ordered levels; a binary node has two.
    | Ordinal of Levels

/// One variable: the name of its column, its kind, and the terms through which its parents act.
type Node = {
    /// The name of its column.
    Name: string
    /// What values it takes.
    Kind: NodeKind
    /// How its parents act; each parent stands in one term.
    Terms: Term list
}

/// Levels of ordinal nodes.
[<RequireQualifiedAccess>]
module Levels =
    /// The number of levels.
    let count levels =
        match levels with
        | Codes count -> count
        | Names names -> names.Length

    /// The levels as they stand in a column, lowest first.
    let names levels =
        match levels with
        | Codes count -> List.init count string
        | Names names -> names

    /// The code of a level that is given by its name or, where no level has that name, by its code.
    let tryCode (text: string) levels =
        List.tryFindIndex ((=) text) (names levels)
        |> Option.orElse (List.tryFindIndex ((=) text) (List.init (count levels) string))

    /// What the levels count in a mean, lowest first: the numbers that their names say or, where a name says none, their codes.
    let scores levels =
        let numbers = names levels |> List.choose Number.tryParse |> List.filter Double.IsFinite

        if numbers.Length = count levels then
            numbers
        else
            List.init (count levels) float

/// Terms of a node.
[<RequireQualifiedAccess>]
module Term =
    /// The parents that a term names, in order.
    let parents term =
        match term with
        | LinearShift parent -> [ parent ]
        | Intercept parents
        | ComplexShift parents -> parents

    /// The label of an edge: "ci", "ls" or "cs".
    let label term =
        match term with
        | Intercept _ -> "ci"
        | LinearShift _ -> "ls"
        | ComplexShift _ -> "cs"

/// Nodes of a graph.
[<RequireQualifiedAccess>]
module Node =
    /// The number of unconstrained parameters of published Bernstein transformations.
    let defaultParameters = 20

    /// The number of bins of published splines.
    [<Literal>]
    let defaultBins = 8

    /// A node without parents; Bernstein with 20 parameters.
    let continuous name = { Name = name; Kind = Continuous(Bernstein defaultParameters); Terms = [] }

    /// A node without parents whose levels are coded 0 … count − 1.
    let ordinal name count = { Name = name; Kind = Ordinal(Codes count); Terms = [] }

    /// A node without parents whose levels have names, lowest first.
    let named name levels = { Name = name; Kind = Ordinal(Names levels); Terms = [] }

    /// The node with these terms in place of its own.
    let withTerms terms node = { node with Terms = terms }

    /// The parents of a node, in the order of its terms.
    let parents node = node.Terms |> List.collect Term.parents

    /// Terms from labelled edges: several "ci" parents feed one joint network, every other edge is a term of its own.
    let termsOfEdges (edges: (string * Term) list) =
        let joint =
            edges
            |> List.choose (fun (parent, term) -> if term.IsIntercept then Some parent else None)

        let shifts = edges |> List.map snd |> List.filter (fun term -> not term.IsIntercept)
        if joint.IsEmpty then shifts else Intercept joint :: shifts
