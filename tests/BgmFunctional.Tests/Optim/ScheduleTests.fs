module BgmFunctional.Tests.Optim.ScheduleTests

open Xunit
open BgmFunctional.Optim

let private after schedule losses =
    List.fold (fun state loss -> Schedule.advance schedule loss state) Schedule.init losses

[<Fact>]
let ``a constant schedule keeps the rate`` () = Assert.Equal(1.0, (after Constant (List.replicate 1000 1.0)).Factor)

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
    let isSettled schedule epochs = Schedule.isSettled schedule 10 (after schedule (List.replicate (1 + epochs) 1.0))

    Assert.False(isSettled Constant 9)
    Assert.True(isSettled Constant 10)
    // 0.3⁴ is the first power below a hundredth: four cuts of five epochs.
    Assert.False(isSettled (Plateau 5) 19)
    Assert.True(isSettled (Plateau 5) 20)
