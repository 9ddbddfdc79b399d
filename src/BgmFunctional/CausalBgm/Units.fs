// The units in which networks learn. A dose in milligrams and an income in dollars are brought to the order of 1, as covariates are, and every result
// goes back to the units of the data; so a model does not depend on the units that its data happen to be in.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Numerics

/// The units of a variable, in those of the data.
type Units = {
    /// What counts as 0.
    Location: float
    /// What counts as 1 more.
    Scale: float
}

/// Values in other units and back.
[<RequireQualifiedAccess>]
module Units =

    /// Those of the data.
    let asIs = { Location = 0.0; Scale = 1.0 }

    /// Those in which values that are not all the same have mean 0 and standard deviation 1.
    let ofValues (values: float[]) =
        let mean = Array.average values

        {
            Location = mean
            Scale = sqrt (values |> Array.averageBy (fun x -> (x - mean) ** 2.0))
        }

    /// Interquartile range of N(0, 1).
    let private normalRange = 1.349

    /// Standard deviations that a unit has at most.
    let private mostDeviations = 5.0

    /// Those in which most values are of the order of 1, whatever their tails: the median is 0, and the middle half is as wide as that of N(0, 1), but a
    /// standard deviation is 5 at most. A treatment with a few huge doses would shrink to a point if its standard deviation were the unit.
    let ofBulk (values: float[]) =
        let sorted = Array.sort values
        let range = Sorted.interquartileRange sorted

        {
            Location = Sorted.quantile sorted 0.5
            Scale = max (range / normalRange) ((ofValues values).Scale / mostDeviations)
        }

    /// From the data's units to these.
    let enter units (value: float) = (value - units.Location) / units.Scale

    /// From these to the data's units.
    let leave units (value: float) = units.Location + units.Scale * value

    /// (n, 1), float32, from the data's units to these.
    let enterAll units (column: Tensor) =
        Tensor.toArray column
        |> Array.map (enter units >> float32)
        |> Tensor.view column.Shape

/// The units in which a model learns treatment and outcome; covariates are standardised already.
type LearningUnits = {
    /// Of the treatment; those of the data where it is binary.
    X: Units
    /// Of the outcome.
    Y: Units
}

/// What a model sees in its units.
[<RequireQualifiedAccess>]
module LearningUnits =

    /// Those of the data.
    let asIs = { X = Units.asIs; Y = Units.asIs }

    /// As the configuration chooses for rows in the data's units.
    let choose (config: Config) (data: Observations) : LearningUnits =
        let choose choice (column: Tensor) =
            match choice with
            | AsIs -> Units.asIs
            | Standardised -> Units.ofBulk (Tensor.toArray column)

        {
            X =
                match config.Treatment with
                | Binary -> Units.asIs
                | Continuous -> choose config.XUnits data.X
            Y = choose config.YUnits data.Y
        }

    /// Rows in the data's units, as the networks see them.
    let enter (units: LearningUnits) (data: Observations) = {
        data with
            X = Units.enterAll units.X data.X
            Y = Units.enterAll units.Y data.Y
    }

    /// The configuration with standard deviations that are fixed in the data's units, as the likelihood needs them.
    let configure (units: LearningUnits) (config: Config) =
        let enter units variance =
            match variance with
            | Learned -> Learned
            | Fixed sigma -> Fixed(sigma / units.Scale)

        {
            config with
                XVariance = enter units.X config.XVariance
                YVariance = enter units.Y config.YVariance
        }
