namespace BgmFunctional.LatentVariables

/// Options of training by the published names.
[<RequireQualifiedAccess>]
module internal TrainingSettings =

    let private setting name codec (get: TrainingOptions -> 'a) set = NamedSettings.setting name codec get set

    /// `use_egm_init`, which `egm_n_iter` says too, and after it: false is no iteration of the warm start.
    let private warmStart: NamedSetting<TrainingOptions> = {
        Name = "use_egm_init"
        Read =
            fun value options ->
                Codec.flag.Read value
                |> Result.bind (fun isOn ->
                    match isOn, options.EgmIterations with
                    | true, 0 -> Error [ "found true, but egm_n_iter is 0; leave one of the two out" ]
                    | true, _ -> Ok options
                    | false, _ -> Ok { options with EgmIterations = 0 })
        Write = fun _ -> None
    }

    /// What the result of a fit depends on.
    let known: NamedSetting<TrainingOptions> list = [
        setting "epochs" Codec.whole _.Epochs (fun v o -> { o with Epochs = v })
        setting "epochs_per_eval" Codec.whole _.EpochsPerEvaluation (fun v o -> { o with EpochsPerEvaluation = v })
        setting "batch_size" Codec.whole _.BatchSize (fun v o -> { o with BatchSize = v })
        setting "egm_n_iter" Codec.whole _.EgmIterations (fun v o -> { o with EgmIterations = v })
        warmStart
        setting "egm_batches_per_eval" Codec.whole _.EgmIterationsPerReport (fun v o -> {
            o with
                EgmIterationsPerReport = v
        })
        setting "random_seed" Codec.long _.Seed (fun v o -> { o with Seed = v })
    ]
