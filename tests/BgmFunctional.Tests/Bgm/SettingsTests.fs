module BgmFunctional.Tests.Bgm.SettingsTests

open Xunit
open BgmFunctional.Bgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.Bgm.Cases

let private settings json = Settings.parse "here" json |> Result.bind (fst >> Settings.complete "here")

/// Every parameter of the published page that has a default.
[<Fact>]
let ``without any setting all are as published`` () =
    Assert.Equal(Settings.format Settings.defaults, settings "{}" |> ok |> Settings.format)

    for published in
        [
            "\"use_bnn\": false"
            "\"g_units\": [64, 64, 64, 64, 64]"
            "\"e_units\": [64, 64, 64, 64, 64]"
            "\"dz_units\": [64, 32, 8]"
            "\"dx_units\": [64, 32, 8]"
            "\"lr\": 0.001"
            "\"lr_theta\": 0.005"
            "\"lr_z\": 0.005"
            "\"variance_power\": 0"
            "\"lr_schedule\": \"constant\""
            "\"gamma\": 0"
            "\"alpha\": 0"
            "\"g_d_freq\": 1"
            "\"kl_weight\": 5E-05"
            "\"batch_size\": 32"
            "\"epochs\": 100"
            "\"epochs_per_eval\": 5"
            "\"egm_n_iter\": 20000"
            "\"egm_batches_per_eval\": 500"
        ] do
        Assert.Contains(published, Settings.format Settings.defaults)

[<Fact>]
let ``what is written is read again as the same`` () =
    let json =
        """{ "z_dim": 3, "use_bnn": true, "normalisation": "batch-moments", "z_updates": "langevin", "variance_power": 0.5, "lr_schedule": "cosine", "rank": 2, "g_start": "factors", "hold_out": 0.25, "g_units": [7], "e_units": [6, 8], "dz_units": [4], "dx_units": [3],
             "lr": 0.1, "lr_theta": 0.2, "lr_z": 0.3, "gamma": 0.4, "alpha": 0.5, "g_d_freq": 6, "kl_weight": 0.7, "epochs": 8, "epochs_per_eval": 9,
             "batch_size": 10, "egm_n_iter": 11, "egm_batches_per_eval": 12, "random_seed": 13 }"""

    let found = settings json |> ok
    Assert.Equal((3, Bayesian, BatchMoments), (found.Config.Latents, found.Config.Networks, found.Config.Normalisation))
    Assert.Equal((Factors, 0.25), (found.Config.Start, found.Options.HoldOut))

    Assert.Equal(
        (Langevin, 0.5, Cosine),
        (found.Config.Updates, found.Config.VariancePower, found.Config.Rates.Schedule)
    )

    Assert.Equal(Covariance.LowRank 2, found.Config.Covariance)

    Assert.Equal(
        (8, 11, 13L),
        (found.Options.Training.Epochs, found.Options.Training.EgmIterations, found.Options.Training.Seed)
    )

    Assert.Equal(Settings.format found, Settings.format found |> settings |> ok |> Settings.format)
    Assert.Equal(0, (settings "{\"use_egm_init\": false}" |> ok).Options.Training.EgmIterations)
    Assert.Equal(Covariance.Diagonal, (settings "{\"rank\": 0}" |> ok).Config.Covariance)

[<Fact>]
let ``published parameters without a meaning here are noted`` () =
    let given, notes = Settings.parse "here" """{ "x_dim": 5, "dataset": "d", "z_dim": 2 }""" |> ok
    Assert.Equal<string list>([ "z_dim" ], List.ofSeq given.Keys)
    Assert.Equal(2, notes.Length)
    Assert.Contains("'x_dim'", notes.Head)

[<Fact>]
let ``settings that cannot be are refused by place and name`` () =
    let refused (texts: string list) json =
        let message = settings json |> refusal

        for text in "here" :: texts do
            Assert.Contains(text, message)

    refused [ "'zdim'"; "z_dim" ] """{ "zdim": 2 }"""
    refused [ "'lr'"; "twice" ] """{ "lr": 1, "lr": 2 }"""
    refused [ "'lr'"; "a number" ] """{ "lr": "much" }"""
    refused [ "'g_units'"; "a list" ] """{ "g_units": 64 }"""
    refused [ "'normalisation'"; "fixed-moments or batch-moments" ] """{ "normalisation": "none" }"""
    refused [ "latents"; "found 0" ] """{ "z_dim": 0 }"""
    refused [ "epochs"; "found 0" ] """{ "epochs": 0 }"""
    refused [ "rank" ] """{ "rank": -1 }"""
    refused [ "line 1" ] """{ "lr": }"""
    refused [ "an object" ] "[]"
    refused [ "'use_egm_init'" ] """{ "egm_n_iter": 0, "use_egm_init": true }"""
    Assert.Contains("nowhere.json", Settings.read "nowhere.json" |> refusal)
