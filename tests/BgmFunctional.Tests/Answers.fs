/// What tests expect of results: a value, or a refusal that says what it should.
module BgmFunctional.Tests.Answers

/// The value, or the refusal as an exception.
let valueOf (message: 'error -> string) (answer: Result<'a, 'error>) =
    match answer with
    | Ok value -> value
    | Error error -> failwith (message error)

/// What the refusal says.
let refusalOf (message: 'error -> string) (answer: Result<'a, 'error>) =
    match answer with
    | Ok _ -> failwith "nothing was refused"
    | Error error -> message error
