module BgmFunctional.Tests.Checks.KolmogorovTests

open Xunit
open BgmFunctional.Checks

/// n, distance, exact probability: R 4.2.2, 1 - .Call(stats:::C_pKolmogorov2x, distance, n), which is Marsaglia, Tsang and Wang's.
let private exact = [
    50, 0.070710678118654752, 0.9487944875
    50, 0.11313708498984761, 0.5081313822
    50, 0.1414213562373095, 0.2458123974
    50, 0.19205020177026633, 0.04334701339
    50, 0.24041630560342614, 0.004992818075
    50, 0.31112698372208092, 8.487157406e-05
    100, 0.05, 0.9532159711
    100, 0.08, 0.5182193645
    100, 0.1, 0.252692757
    100, 0.1358, 0.04535980273
    100, 0.17, 0.005376406596
    100, 0.22, 9.900265927e-05
    500, 0.022360679774997897, 0.9591548089
    500, 0.035777087639996638, 0.532261092
    500, 0.044721359549995794, 0.2621270367
    500, 0.060731606268894289, 0.04797352625
    500, 0.076026311234992844, 0.005843134422
    500, 0.098386991009990751, 0.0001151545491
]

[<Fact>]
let ``p-values are the exact ones within 3e-4`` () =
    for n, distance, p in exact do
        Assert.Equal(p, Kolmogorov.pValue n distance, 3e-4)

[<Fact>]
let ``p-values fall from one to zero without a jump`` () =
    let ps = [ for i in 0..2000 -> Kolmogorov.pValue 200 (float i / 2000.0) ]
    Assert.Equal(1.0, ps.Head)
    Assert.Equal(0.0, List.last ps, 1e-12)

    for before, after in List.pairwise ps do
        Assert.InRange(after, before - 0.02, before + 1e-12)

[<Fact>]
let ``the distance is the largest gap between two staircases`` () =
    Assert.Equal(0.5, Kolmogorov.distance [| 0.5 |])
    Assert.Equal(0.125, Kolmogorov.distance [| 0.875; 0.125; 0.625; 0.375 |])
    Assert.Equal(1.0, Kolmogorov.distance [| 1.0; 1.0 |])

[<Fact>]
let ``p-values of several tests are adjusted as R's p.adjust does`` () =
    // R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.9), "holm")
    let adjusted = Holm.adjust [ 0.01; 0.04; 0.03; 0.005; 0.9 ]
    List.iter2 (fun expected found -> Assert.Equal(expected, found, 1e-15)) [ 0.04; 0.09; 0.09; 0.025; 0.9 ] adjusted

[<Fact>]
let ``a test that was not made does not count among several`` () =
    let adjusted = Holm.adjust [ 0.02; nan; 0.3 ]
    Assert.Equal(0.04, adjusted[0], 1e-15)
    Assert.Equal(nan, adjusted[1])
    Assert.Equal(0.3, adjusted[2], 1e-15)
    Assert.Equal<float list>([], Holm.adjust [])
