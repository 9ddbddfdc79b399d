namespace BgmFunctional.Flows

/// The standard normal distribution, which Wald tests compare with.
[<RequireQualifiedAccess>]
module internal Normal =

    /// The value above which 2.5 % of the distribution lies.
    let upper975 = 1.959963984540054

    let private density (z: float) = exp (-0.5 * z * z) / sqrt (2.0 * System.Math.PI)

    /// Φ(z) − ½ = φ(z)·(z + z³/3 + z⁵/15 + …), for z from 0 to 3.
    let private central z =
        let rec add k term sum =
            if term < 1e-18 * sum then
                sum
            else
                let term = term * z * z / float (2 * k + 1)
                add (k + 1) term (sum + term)

        density z * add 1 z z

    /// φ(z)/(z + 1/(z + 2/(z + 3/…))), from 3 on.
    let private tail z =
        let continued = List.foldBack (fun k rest -> z + float k / rest) [ 1..120 ] z
        density z / continued

    /// The share of the distribution further from 0 than z, to 13 digits in both tails; NaN of NaN.
    let twoSided (z: float) =
        let z = abs z

        if System.Double.IsNaN z then nan
        elif z = 0.0 then 1.0
        elif z < 3.0 then 1.0 - 2.0 * central z
        else 2.0 * tail z
