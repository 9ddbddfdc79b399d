module BgmFunctional.Tests.CausalBgm.SettingsTests

open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.CausalBgm.Cases

let private parse json = Settings.parse "config.json" json |> ok |> fst
let private read json = parse json |> Settings.complete "config.json" |> ok

let private refused json =
    Settings.parse "config.json" json
    |> Result.bind (fst >> Settings.complete "config.json")
    |> refusal

let private least = """ "z_dims": [1, 2, 3, 4], "binary_treatment": true """
let private with' text = $"{{ {least}, {text} }}"

/// The seed page: every key that a published model takes, with another value than its default.
let private published =
    """{
        "z_dims": [1, 2, 3, 4], "binary_treatment": true, "use_bnn": false,
        "g_units": [9, 8], "e_units": [7], "f_units": [6], "h_units": [5], "dz_units": [4, 3],
        "lr": 0.01, "lr_theta": 0.02, "lr_z": 0.03, "g_d_freq": 2, "kl_weight": 0.5,
        "n_segments": 4, "prior_units": [11], "model": "identifiable",
        "epochs": 7, "epochs_per_eval": 3, "batch_size": 16, "startoff": 2, "egm_n_iter": 70, "egm_batches_per_eval": 10,
        "use_egm_init": true, "use_z_rec": false, "sigma_v": 0.5, "sigma_x": 2, "sigma_y": "learned", "random_seed": 5,
        "v_dim": 200, "dataset": "d", "output_dir": ".", "save_model": true, "save_res": true, "save_format": "txt",
        "verbose": 1, "timestamp": null
    }"""

[<Fact>]
let ``every published parameter is read by its published name`` () =
    let {
            Config = config
            Options = options
            Segments = segments
            Covariates = covariates
        } =
        read published

    Assert.Equal({ Z0 = 1; Z1 = 2; Z2 = 3; Z3 = 4 }, config.Latents)
    Assert.Equal(Some 200, covariates)
    Assert.Equal((Binary, Plain, GivenU [ 11 ], 4), (config.Treatment, config.Networks, config.Prior, segments))

    Assert.Equal<int list list>(
        [ [ 9; 8 ]; [ 7 ]; [ 6 ]; [ 5 ]; [ 4; 3 ] ],
        [ config.GUnits; config.EUnits; config.FUnits; config.HUnits; config.DzUnits ]
    )

    Assert.Equal((0.01, 0.02, 0.03), (config.Rates.WarmStart, config.Rates.Theta, config.Rates.Z))

    Assert.Equal(
        (2, KlWeight.Absolute 0.5, 0.0),
        (config.Rates.CriticSteps, config.Rates.KlWeight, config.LatentReconstruction)
    )

    Assert.Equal((Fixed 0.5, Fixed 2.0, Learned), (config.VVariance, config.XVariance, config.YVariance))

    Assert.Equal(
        (7, 3, 16, 2),
        (options.Training.Epochs, options.Training.EpochsPerEvaluation, options.Training.BatchSize, options.StartOff)
    )

    Assert.Equal(
        (70, 10, 5L),
        (options.Training.EgmIterations, options.Training.EgmIterationsPerReport, options.Training.Seed)
    )

[<Fact>]
let ``a preset's settings are those of its record, and settings beside it win`` () =
    let published = read $"{{ {least} }}"
    let config, options = Preset.apply Preset.Recommended (published.Config, published.Options)
    let preset = read (with' "\"preset\": \"recommended\"")
    Assert.Equal(config, preset.Config)
    Assert.Equal(options.Training.Epochs, preset.Options.Training.Epochs)
    Assert.NotEqual(published.Config, preset.Config)
    let own = read (with' "\"lr_theta\": 0.5, \"preset\": \"recommended\", \"epochs\": 7")
    Assert.Equal({ config with Rates.Theta = 0.5 }, own.Config)
    Assert.Equal(7, own.Options.Training.Epochs)
    let back = Preset.apply Preset.Published (config, options)
    Assert.Equal((published.Config, published.Options.Training.Epochs), (fst back, (snd back).Training.Epochs))

[<Fact>]
let ``parameters of files and logs are noted, and change nothing`` () =
    let notes = Settings.parse "config.json" published |> ok |> snd
    Assert.Equal(7, notes.Length)
    Assert.All(notes, fun note -> Assert.StartsWith("config.json: '", note))
    let given = parse published
    Assert.Equal(None, given.TryFind "verbose")

[<Fact>]
let ``what is not given is as published`` () =
    let settings = read $"{{ {least} }}"
    let defaults = Config.defaults Binary { Z0 = 1; Z1 = 2; Z2 = 3; Z3 = 4 } |> Settings.ofConfig
    Assert.Equal(defaults.Config, settings.Config)
    Assert.Equal<(string * string) list>(Settings.list defaults, Settings.list settings)

[<Fact>]
let ``settings that are written read back as the same`` () =
    for text in
        [
            published
            $"{{ {least} }}"
            with'
                """ "use_z_rec": 0.25, "x_units": "as-is", "normalisation": "batch-moments", "lr_schedule": "cosine", "dz_normalisation": "none", "kl_weight": "0.5/n" """
        ] do
        let settings = read text
        let again = Settings.list settings |> Settings.format |> read
        Assert.Equal(settings.Config, again.Config)
        Assert.Equal<(string * string) list>(Settings.list settings, Settings.list again)

[<Fact>]
let ``the three models are told apart by their name`` () =
    for name, isIdentifiable, drawsWeights in
        [ "causal", false, false; "identifiable", true, false; "full-mcmc", false, true ] do
        let settings = read (with' $"\"model\": \"{name}\"")
        Assert.Equal((isIdentifiable, drawsWeights), (settings.Config.Prior <> StandardNormal, settings.DrawsWeights))
        Assert.Equal(Some $"\"{name}\"", Settings.list settings |> Map.ofList |> Map.tryFind "model")

[<Fact>]
let ``no warm start can be said in two ways`` () =
    Assert.Equal(0, (read (with' "\"use_egm_init\": false")).Options.Training.EgmIterations)
    Assert.Equal(0, (read (with' "\"egm_n_iter\": 0")).Options.Training.EgmIterations)
    Assert.Contains("leave one of the two out", refused (with' "\"egm_n_iter\": 0, \"use_egm_init\": true"))

[<Fact>]
let ``what cannot be read is refused with its key and what would do`` () =
    for text, parts in
        [
            with' "\"lr_tetha\": 1", [ "'lr_tetha'"; "no such setting"; "lr_theta" ]
            with' "\"lr\": \"fast\"", [ "'lr'"; "found the text \"fast\""; "a number" ]
            with' "\"v_dim\": \"many\"", [ "'v_dim'"; "a whole number" ]
            with' "\"epochs\": 1.5", [ "'epochs'"; "a whole number" ]
            with' "\"use_bnn\": 1", [ "'use_bnn'"; "true or false" ]
            with' "\"g_units\": 64", [ "'g_units'"; "a list" ]
            with' "\"g_units\": [64, \"a\"]", [ "'g_units'"; "a whole number" ]
            with' "\"sigma_y\": null", [ "'sigma_y'"; "\"learned\"" ]
            with' "\"sigma_y\": \"fixed\"", [ "'sigma_y'"; "'fixed'"; "learned" ]
            with' "\"x_units\": \"feet\"", [ "'x_units'"; "as-is or standardised" ]
            with' "\"kl_weight\": \"n/1\"", [ "'kl_weight'"; "found \"n/1\""; "a number, or \"1/n\"" ]
            with' "\"kl_weight\": \"-1/n\"", [ "kl_weight"; "0 or above" ]
            with' "\"preset\": \"best\"", [ "'preset'"; "published or recommended" ]
            with' "\"lr_schedule\": \"plateau\"", [ "'lr_schedule'"; "constant or one-cycle or cosine" ]
            with' "\"model\": \"other\"", [ "'model'"; "causal or identifiable or full-mcmc" ]
            with' "\"prior_units\": [64]", [ "'prior_units'"; "\"model\": \"identifiable\"" ]
            with' "\"lr_theta\": -1", [ "lr_theta"; "found -1"; "positive" ]
            with' "\"batch_size\": 1", [ "batch_size"; "at least 2" ]
            with' "\"epochs\": 1, \"epochs\": 2", [ "'epochs'"; "given twice" ]
            """{ "binary_treatment": true }""", [ "'z_dims'"; "missing" ]
            """{ "z_dims": [1, 1, 1, 1] }""", [ "'binary_treatment'"; "missing" ]
            """{ "z_dims": [1, 1, 1], "binary_treatment": true }""", [ "'z_dims'"; "four whole numbers" ]
            "[1]", [ "the whole file"; "an object" ]
            "{\n \"epochs\": }", [ "line 2" ]
        ] do
        let message = refused text
        Assert.StartsWith("config.json", message)

        for part in parts do
            Assert.Contains(part, message)

        Assert.DoesNotContain("\n", message)

[<Fact>]
let ``a file is read like its text, and a missing one is refused`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "config.json"
    System.IO.File.WriteAllText(path, $"\uFEFF{{ {least} }}")
    Assert.Equal<GivenSettings>(parse $"{{ {least} }}", Settings.read path |> ok |> fst)
    System.IO.File.WriteAllBytes(path, [| 0xFFuy; 0xFEuy; 0x00uy |])
    Assert.Contains("UTF-8", Settings.read path |> refusal)
    Assert.Contains("no such file", Settings.read (folder.File "none.json") |> refusal)
