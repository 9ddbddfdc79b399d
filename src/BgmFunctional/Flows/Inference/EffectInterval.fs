namespace BgmFunctional.Flows

open BgmFunctional.Kernels

/// Intervals around effects.
[<RequireQualifiedAccess>]
module EffectInterval =

    /// An average effect with the percentile intervals that the refits of a bootstrap give for it, asked with the same draws. They say what another
    /// sample of training rows would have changed; whom the effect is about stays as it is.
    let add
        (team: Team)
        (key: Key)
        (level: float)
        (bootstrap: Bootstrap)
        (query: EffectQuery)
        (effect: EffectEstimate)
        : Result<EffectEstimate, FlowError> =
        let numbers (effect: EffectEstimate) = [|
            effect.Estimate
            for value in effect.PerValue do
                value.Estimate
        |]

        bootstrap
        |> Bootstrap.interval team level (Effect.average team key query >> Result.map numbers)
        |> Result.map (fun ends ->
            let ofValue i (value: ValueEstimate) = {
                value with
                    Low = Some(fst ends[i + 1])
                    High = Some(snd ends[i + 1])
            }

            {
                effect with
                    Low = Some(fst ends[0])
                    High = Some(snd ends[0])
                    PerValue = List.mapi ofValue effect.PerValue
            })
