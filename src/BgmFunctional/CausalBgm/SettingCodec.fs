// Values that only a configuration of the CausalBGM family has, as JSON and back.
namespace BgmFunctional.CausalBgm

open System.Text.Json
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// The values that settings take.
[<RequireQualifiedAccess>]
module internal SettingCodec =

    let dims: Codec<LatentDims> = {
        Read =
            fun value ->
                match Codec.units.Read value with
                | Ok [ z0; z1; z2; z3 ] -> Ok { Z0 = z0; Z1 = z1; Z2 = z2; Z3 = z3 }
                | _ -> Error [ $"found {value.GetRawText()}; four whole numbers are needed, such as [1, 1, 1, 7]" ]
        Write = fun dims -> Codec.units.Write [ dims.Z0; dims.Z1; dims.Z2; dims.Z3 ]
    }

    /// `binary_treatment`.
    let treatment: Codec<TreatmentKind> =
        Codec.flag
        |> Codec.map (fun isBinary -> if isBinary then Binary else Continuous) ((=) Binary)

    /// What the critic of latents sees.
    let critic: Codec<CriticNormalisation> = Codec.choice [ "batch", BatchNormalised; "none", Unnormalised ]

    let private learned = Codec.choice [ "learned", Learned ]

    let variance: Codec<Variance> = {
        Read =
            fun value ->
                match value.ValueKind with
                | JsonValueKind.Number -> JsonValue.number value |> Result.map Fixed
                | JsonValueKind.String -> learned.Read value
                | _ -> Error [ $"found {value.GetRawText()}; it must be a standard deviation, or \"learned\"" ]
        Write =
            fun variance ->
                match variance with
                | Learned -> learned.Write Learned
                | Fixed sigma -> Number.format sigma
    }

    let unitChoice = Codec.choice [ "as-is", AsIs; "standardised", Standardised ]

    /// A weight, or whether it is 1 or 0.
    let weight: Codec<float> = {
        Read =
            fun value ->
                match value.ValueKind with
                | JsonValueKind.Number -> JsonValue.number value
                | _ -> JsonValue.flag value |> Result.map (fun isOn -> if isOn then 1.0 else 0.0)
        Write =
            fun weight ->
                if weight = 1.0 || weight = 0.0 then
                    Codec.flag.Write(weight = 1.0)
                else
                    Number.format weight
    }
