namespace BgmFunctional.Mcmc

open System

/// Ranks as normal scores.
[<RequireQualifiedAccess>]
module internal NormalScores =

    // Coefficients from the constant term on.
    let private centralNumerator = [|
        3.3871328727963666080e0
        1.3314166789178437745e2
        1.9715909503065514427e3
        1.3731693765509461125e4
        4.5921953931549871457e4
        6.7265770927008700853e4
        3.3430575583588128105e4
        2.5090809287301226727e3
    |]

    let private centralDenominator = [|
        1.0
        4.2313330701600911252e1
        6.8718700749205790830e2
        5.3941960214247511077e3
        2.1213794301586595867e4
        3.9307895800092710610e4
        2.8729085735721942674e4
        5.2264952788528545610e3
    |]

    let private middleNumerator = [|
        1.42343711074968357734e0
        4.63033784615654529590e0
        5.76949722146069140550e0
        3.64784832476320460504e0
        1.27045825245236838258e0
        2.41780725177450611770e-1
        2.27238449892691845833e-2
        7.74545014278341407640e-4
    |]

    let private middleDenominator = [|
        1.0
        2.05319162663775882187e0
        1.67638483018380384940e0
        6.89767334985100004550e-1
        1.48103976427480074590e-1
        1.51986665636164571966e-2
        5.47593808499534494600e-4
        1.05075007164441684324e-9
    |]

    let private farNumerator = [|
        6.65790464350110377720e0
        5.46378491116411436990e0
        1.78482653991729133580e0
        2.96560571828504891230e-1
        2.65321895265761230930e-2
        1.24266094738807843860e-3
        2.71155556874348757815e-5
        2.01033439929228813265e-7
    |]

    let private farDenominator = [|
        1.0
        5.99832206555887937690e-1
        1.36929880922735805310e-1
        1.48753612908506148525e-2
        7.86869131145613259100e-4
        1.84631831751005468180e-5
        1.42151175831644588870e-7
        2.04426310338993978564e-15
    |]

    let private polynomial (coefficients: float[]) r =
        let mutable sum = 0.0

        for i in coefficients.Length - 1 .. -1 .. 0 do
            sum <- coefficients[i] + r * sum

        sum

    let private ratio numerator denominator r = polynomial numerator r / polynomial denominator r

    /// Φ⁻¹(p) to 16 digits (Wichura 1988, algorithm AS 241, PPND16).
    let quantile (p: float) =
        let q = p - 0.5

        if abs q <= 0.425 then
            q * ratio centralNumerator centralDenominator (0.180625 - q * q)
        else
            let r = sqrt (-(log (min p (1.0 - p))))

            let magnitude =
                if r <= 5.0 then
                    ratio middleNumerator middleDenominator (r - 1.6)
                else
                    ratio farNumerator farDenominator (r - 5.0)

            if q < 0.0 then -magnitude else magnitude

    /// Normal scores Φ⁻¹((rank − 3/8)/(S + 1/4)) of all S values of some chains together, ties at their mean rank.
    let ofChains (chains: float[][]) : float[][] =
        let values = Array.concat chains
        let order = Array.init values.Length id
        let sorted = Array.copy values
        Array.Sort(sorted, order)
        let scores = Array.zeroCreate values.Length
        let size = float values.Length
        let mutable first = 0

        while first < sorted.Length do
            let mutable last = first

            while last + 1 < sorted.Length && sorted[last + 1] = sorted[first] do
                last <- last + 1

            let rank = 0.5 * float (first + last) + 1.0
            let score = quantile ((rank - 0.375) / (size + 0.25))

            for i in first..last do
                scores[order[i]] <- score

            first <- last + 1

        let starts = chains |> Array.map _.Length |> Array.scan (+) 0
        chains |> Array.mapi (fun c chain -> Array.sub scores starts[c] chain.Length)
