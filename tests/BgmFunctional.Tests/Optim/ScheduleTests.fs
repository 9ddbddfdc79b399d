module BgmFunctional.Tests.Optim.ScheduleTests

open System
open Xunit
open BgmFunctional.Optim

let private after schedule losses =
    List.fold (fun state loss -> Schedule.advance schedule loss state) Schedule.init losses

[<Fact>]
let ``a constant schedule keeps the rate, a plateau has what its cuts have left`` () =
    for progress in [ 0.0; 0.5; 1.0 ] do
        Assert.Equal(1.0, Schedule.factor Constant progress (after Constant (List.replicate 1000 1.0)))
        Assert.Equal(0.3, Schedule.factor (Plateau 3) progress (after (Plateau 3) (List.replicate 4 1.0)))

[<Fact>]
let ``a plateau cuts the rate after so many epochs without improvement, and begins to count again`` () =
    let factor epochs = (after (Plateau 3) (List.replicate (1 + epochs) 1.0)).Factor
    Assert.Equal<float list>([ 1.0; 1.0; 0.3; 0.3; 0.3 ], List.map factor [ 1; 2; 3; 4; 5 ])
    Assert.Equal(0.09, factor 6, 12)

[<Fact>]
let ``an improvement of less than 1e-4 is none`` () =
    let falling step = after (Plateau 3) [ for epoch in 0..9 -> 1.0 - step * float epoch ]
    Assert.Equal(1.0, (falling 2e-4).Factor)
    Assert.True((falling 1e-6).Factor < 1.0)

[<Fact>]
let ``the rate does not fall below a thousandth`` () =
    Assert.Equal(1e-3, (after (Plateau 1) (List.replicate 100 1.0)).Factor)

[<Fact>]
let ``a loss that is no number is no improvement`` () =
    Assert.Equal(0.3, (after (Plateau 3) [ 1.0; nan; nan; nan ]).Factor)

[<Fact>]
let ``a stalled loss is settled after the patience, under a plateau once the rate fell a hundredfold`` () =
    let isSettled schedule epochs =
        Schedule.isSettled schedule 10 0.5 (after schedule (List.replicate (1 + epochs) 1.0))

    Assert.False(isSettled Constant 9)
    Assert.True(isSettled Constant 10)
    // 0.3⁴ is the first power below a hundredth: four cuts of five epochs.
    Assert.False(isSettled (Plateau 5) 19)
    Assert.True(isSettled (Plateau 5) 20)

/// The factors at 0, 0.001, … 1, whatever the losses.
let private course schedule = [ for i in 0..1000 -> Schedule.factor schedule (float i / 1000.0) Schedule.init ]

let private isMonotone order factors = List.pairwise factors |> List.forall (fun (a, b) -> order a b)

[<Fact>]
let ``a cosine falls from 1 through a half in the middle to 0, as half a period does`` () =
    let factors = course Cosine
    Assert.Equal(1.0, factors.Head)
    Assert.Equal(0.5, factors[500], 12)
    Assert.Equal((1.0 + cos (Math.PI * 0.2)) / 2.0, factors[200], 12)
    Assert.Equal(0.0, List.last factors, 12)
    Assert.True(isMonotone (>) factors)

[<Fact>]
let ``one cycle rises from a 25th to 1 in 30 % of the steps, then falls to 1e-4 of its start`` () =
    let factors = course OneCycle
    Assert.Equal(0.04, factors.Head, 12)
    Assert.Equal(0.52, factors[150], 12)
    Assert.Equal(1.0, factors[300], 12)
    Assert.Equal((1.0 + 4e-6) / 2.0, factors[650], 12)
    Assert.Equal(4e-6, List.last factors, 12)
    Assert.True(isMonotone (<) factors[..300])
    Assert.True(isMonotone (>) factors[300..])

[<Fact>]
let ``under a planned schedule a stalled loss is settled only on the last hundredth of the rate`` () =
    for schedule in [ OneCycle; Cosine ] do
        let stalled = after schedule (List.replicate 20 1.0)
        let isSettled progress = Schedule.isSettled schedule 10 progress stalled
        Assert.Equal<bool list>([ false; false; true ], List.map isSettled [ 0.0; 0.9; 0.97 ])
        Assert.False(Schedule.isSettled schedule 10 0.97 Schedule.init)
