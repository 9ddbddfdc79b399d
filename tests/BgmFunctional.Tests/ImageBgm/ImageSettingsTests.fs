module BgmFunctional.Tests.ImageBgm.ImageSettingsTests

open Xunit
open BgmFunctional.ImageBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.ImageBgm.Cases

let private settings json =
    ImageSettings.parse "here" json
    |> Result.bind (fst >> ImageSettings.complete "here")

/// Every parameter of the published page that has a default, and sizes that the package has in its code.
[<Fact>]
let ``without any setting all are as published`` () =
    Assert.Equal(ImageSettings.format ImageSettings.defaults, settings "{}" |> ok |> ImageSettings.format)

    for published in
        [
            "\"z_dim\": 10"
            "\"use_bnn\": false"
            "\"dz_units\": [64, 32, 8]"
            "\"g_filters\": [128, 64, 32, 32]"
            "\"e_filters\": [32, 64, 128]"
            "\"e_dense\": 256"
            "\"dx_filters\": [64, 128, 256]"
            "\"dx_dense\": 128"
            "\"lr\": 0.001"
            "\"lr_theta\": 0.005"
            "\"lr_z\": 0.005"
            "\"lr_schedule\": \"constant\""
            "\"gamma\": 0"
            "\"alpha\": 0"
            "\"g_d_freq\": 1"
            "\"kl_weight\": 5E-05"
            "\"pixel_law\": \"logit-normal\""
            "\"batch_size\": 32"
            "\"epochs\": 100"
            "\"epochs_per_eval\": 5"
            "\"egm_n_iter\": 10000"
            "\"egm_batches_per_eval\": 500"
        ] do
        Assert.Contains(published, ImageSettings.format ImageSettings.defaults)

[<Fact>]
let ``what is written is read again as the same`` () =
    let json =
        """{ "z_dim": 3, "use_bnn": true, "z_updates": "langevin", "g_filters": [7, 6, 5], "e_filters": [6, 8], "e_dense": 9, "dx_filters": [3], "dx_dense": 2,
             "dz_units": [4], "lr": 0.1, "lr_theta": 0.2, "lr_z": 0.3, "lr_schedule": "cosine", "gamma": 0.4, "alpha": 0.5, "g_d_freq": 6, "kl_weight": "0.5/n",
             "prior_sd": 0.7, "pixel_law": "beta", "epochs": 8, "epochs_per_eval": 9, "batch_size": 10, "egm_n_iter": 11, "egm_batches_per_eval": 12,
             "random_seed": 13 }"""

    let found = settings json |> ok
    Assert.Equal((3, Bayesian, Langevin), (found.Config.Latents, found.Config.Networks, found.Config.Updates))
    Assert.Equal((9, 2, Cosine), (found.Config.EUnits, found.Config.DxUnits, found.Config.Rates.Schedule))
    Assert.Equal((PixelLaw.Beta, 0.7), (found.Config.Pixels, found.Config.PriorSd))
    Assert.Equal((8, 13L), (found.Options.Training.Epochs, found.Options.Training.Seed))
    Assert.Equal(ImageSettings.format found, ImageSettings.format found |> settings |> ok |> ImageSettings.format)
    Assert.Equal(0, (settings "{\"use_egm_init\": false}" |> ok).Options.Training.EgmIterations)

[<Fact>]
let ``a preset is all of its settings, and what is given beside it wins`` () =
    for name, preset in ImageSettings.presets do
        let json = $"{{ \"epochs\": 7, \"preset\": \"{name}\" }}"

        Assert.Equal(
            ImageSettings.format { preset with Options.Training.Epochs = 7 },
            settings json |> ok |> ImageSettings.format
        )

    Assert.Contains("published or recommended or bayesian", settings """{ "preset": "quick" }""" |> refusal)

[<Fact>]
let ``a published configuration is read as it is, its idle parameters noted`` () =
    let published =
        """{ "dataset": "mnist", "output_dir": ".", "x_dim": 784, "z_dim": 10, "g_units": [64, 64], "e_units": [64, 64], "dz_units": [64, 32, 8],
             "dx_units": [64, 32, 8], "lr": 0.001, "save_model": false, "save_res": true, "verbose": 1 }"""

    let given, notes = ImageSettings.parse "here" published |> ok
    Assert.Equal<string list>([ "dz_units"; "lr"; "z_dim" ], List.ofSeq given.Keys)
    Assert.Equal(9, notes.Length)

    Assert.Contains(
        "here: 'e_units' changes nothing: the network is a convolutional one; its sizes are e_filters and e_dense",
        notes
    )

[<Fact>]
let ``settings that cannot be are refused by place and name`` () =
    let refused (texts: string list) json =
        let message = settings json |> refusal

        for text in "here" :: texts do
            Assert.Contains(text, message)

    refused [ "'zdim'"; "z_dim" ] """{ "zdim": 2 }"""
    refused [ "'lr'"; "twice" ] """{ "lr": 1, "lr": 2 }"""
    refused [ "'g_filters'"; "a list" ] """{ "g_filters": 64 }"""
    refused [ "'pixel_law'"; "beta or logit-normal" ] """{ "pixel_law": "gamma" }"""
    refused [ "latents"; "found 0" ] """{ "z_dim": 0 }"""
    refused [ "filters of the generator"; "at least 3" ] """{ "g_filters": [8, 8] }"""
    refused [ "epochs"; "found 0" ] """{ "epochs": 0 }"""
    refused [ "line 1" ] """{ "lr": }"""
    Assert.Contains("nowhere.json", ImageSettings.read "nowhere.json" |> refusal)
