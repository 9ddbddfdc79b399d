module BgmFunctional.Tests.CausalBgm.ConfigTests

open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.CausalBgm.Cases

[<Fact>]
let ``every documented parameter has its documented default`` () =
    let config = Config.defaults Continuous { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 7 }
    Assert.Equal((Bayesian, FixedMoments), (config.Networks, config.Normalisation)) // use_bnn
    Assert.Equal<int list>([ 64; 64; 64; 64; 64 ], config.GUnits)
    Assert.Equal<int list>([ 64; 64; 64; 64; 64 ], config.EUnits)
    Assert.Equal<int list>([ 64; 32; 8 ], config.FUnits)
    Assert.Equal<int list>([ 64; 32; 8 ], config.HUnits)
    Assert.Equal<int list>([ 64; 32; 8 ], config.DzUnits)
    Assert.Equal((2e-4, 1e-4, 1e-4), (config.Rates.WarmStart, config.Rates.Theta, config.Rates.Z))

    Assert.Equal(
        (5, KlWeight.Absolute 1e-4, 1.0),
        (config.Rates.CriticSteps, config.Rates.KlWeight, config.LatentReconstruction)
    )

    Assert.Equal((Learned, Learned, Learned), (config.VVariance, config.XVariance, config.YVariance))
    Assert.Equal(StandardNormal, config.Prior)
    Assert.Equal((Standardised, Standardised), (config.XUnits, config.YUnits))
    Assert.Equal(GivenU [ 64 ], (Config.identifiable Binary latents).Prior)
    let options = FitOptions.defaults

    Assert.Equal(
        (100, 5, 32, 0),
        (options.Training.Epochs, options.Training.EpochsPerEvaluation, options.Training.BatchSize, options.StartOff)
    )

    Assert.Equal((30_000, 500), (options.Training.EgmIterations, options.Training.EgmIterationsPerReport))

let private good = config Continuous

[<Fact>]
let ``settings outside their range are refused by name`` () =
    let cases = [
        "latent dimension z0", { good with Latents = { latents with Z0 = 0 } }
        "latent dimension z3", { good with Latents = { latents with Z3 = -1 } }
        "g units", { good with GUnits = [ 8; 0 ] }
        "e units", { good with EUnits = [ -1 ] }
        "f units", { good with FUnits = [ 0 ] }
        "h units", { good with HUnits = [ 0 ] }
        "dz units", { good with DzUnits = [ 0 ] }
        "prior units", { good with Prior = GivenU [ 0 ] }
        "learning rate (lr):", { good with Rates.WarmStart = 0.0 }
        "learning rate of networks", { good with Rates.Theta = nan }
        "learning rate of latents", { good with Rates.Z = infinity }
        "critic steps", { good with Rates.CriticSteps = 0 }
        "lr_schedule", { good with Rates.Schedule = Plateau 5 }
        "kl weight", { good with Rates.KlWeight = KlWeight.OverRows -1.0 }
        "latent reconstruction", { good with LatentReconstruction = -1.0 }
        "sigma v", { good with VVariance = Fixed 0.0 }
        "sigma x", { good with XVariance = Fixed -1.0 }
        "sigma y", { good with YVariance = Fixed nan }
    ]

    for name, config in cases do
        Assert.Contains(name, refusal (Config.check config))

    Assert.Equal(good, ok (Config.check good))

[<Fact>]
let ``options outside their range are refused by name`` () =
    let cases = [
        "epochs", { options with Training.Epochs = 0 }
        "epochs per evaluation", { options with Training.EpochsPerEvaluation = 0 }
        "batch size", { options with Training.BatchSize = 1 }
        "startoff", { options with StartOff = 3 }
        "egm iterations", { options with Training.EgmIterations = -1 }
        "egm iterations per report", { options with Training.EgmIterationsPerReport = 0 }
        "threads", { options with Training.Threads = 0 }
        "threads", { options with Training.Threads = 5000 }
    ]

    for name, options in cases do
        Assert.Contains(name, refusal (FitOptions.check options))
