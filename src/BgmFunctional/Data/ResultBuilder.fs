namespace BgmFunctional.Data

/// `result { let! a = … in … }`: one step after another, up to the first refusal.
[<Sealed>]
type internal ResultBuilder() =
    member _.Bind(step, next) = Result.bind next step
    member _.Return value = Ok value
    member _.ReturnFrom(step: Result<'a, 'error>) = step

[<AutoOpen>]
module internal ResultBuilder =
    /// Steps of which each may refuse.
    let result = ResultBuilder()
