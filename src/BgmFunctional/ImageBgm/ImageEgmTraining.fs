namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.ImageBgm.ImageModel

type internal EncoderState = NetworkState<ImageEncoder, Moments list>
type internal GeneratorState = NetworkState<ImageGenerator, Moments list>

/// What the critics are to tell from data and prior reads networks as they are, rows of the data, draws of the prior and noise.
type internal MakeInput = {
    Encoder: EncoderState
    Generator: GeneratorState
    Data: Tensor
    Indices: Tensor
    Prior: Tensor
    Noise: ImageNoise
}

/// A share of a batch for the critic of images: images of the data.
type internal RealInput = { Critic: ImageCritic; Data: Tensor; Indices: Tensor; Dropout: Tensor list }

/// The same of images that were made, with images of the data and mixes for the penalty.
type internal MadeInput = {
    Critic: ImageCritic
    Made: Tensor
    Places: Tensor
    Data: Tensor
    Indices: Tensor
    Mix: Tensor
    Dropout: Tensor list
}

/// A step of the critic of latents.
type internal CodeInput = { Prior: Tensor; Codes: Tensor; Mix: Tensor }

/// What the gradients of e and g read where images are encoded.
type internal EncodingInput = {
    Encoder: EncoderState
    Generator: GeneratorState
    Critic: Discriminator
    Data: Tensor
    Indices: Tensor
    Noise: ImageNoise
}

/// The same where draws of the prior are decoded.
type internal DecodingInput = {
    Encoder: EncoderState
    Generator: GeneratorState
    Critic: ImageCritic
    Prior: Tensor
    Noise: ImageNoise
    Dropout: Tensor list
}

/// The warm start of an image model, in place. Its stages are independent tasks on the team: what the critics are to judge is made, while
/// the critic of images judges those of the data, by shares of the batch; it judges those that were made, beside the step of the critic of latents; its own step;
/// the gradients of e and g from images, and from draws of the prior; their steps. What a task computes does not depend on the others of its
/// stage, so neither do the bits on the number of threads. Rows and noise of an iteration depend on its number alone.
[<Sealed>]
type internal ImageEgmTraining
    (config: ImageConfig, images: ImageSet, training: ImageTraining, batchSize: int, key: Key, team: Team) =

    let height, width, data = images.Height, images.Width, images.Pixels
    let pixels = height * width
    let blocks = RowBlocks(key.Child 0L, ImageSet.count images, batchSize)
    let rows = blocks.Size

    let shared most =
        if rows % most = 0 then most
        elif rows % 2 = 0 then 2
        else 1

    let realShares, madeShares = shared 4, shared 2
    let evenly = Tensor.fill Float32 [| rows; 1 |] (1.0 / float rows)
    let rate = NetworkTraining.rate config.LearningRate
    let generator = generator config.PriorSd
    let asImages = Images.ofRows height width
    let indices = Array.zeroCreate<int> rows
    let nextIndices = Array.zeroCreate<int> rows
    let places = Array.init rows id

    /// Part number i of so many equal parts of an array, as a view.
    let part (array: int[]) parts =
        let length = rows / parts
        let shares = Array.init parts (fun _ -> Array.zeroCreate<int> length)

        shares |> Array.map (fun share -> Tensor.view [| length |] share),
        fun () ->
            shares
            |> Array.iteri (fun i share -> Array.Copy(array, i * length, share, 0, length))

    let block child wanted = NoiseBlock.Create(key.Child child, wanted)
    let gatherImages (indices: Tensor) (data: Tensor) = Tensor.gatherRows indices data |> asImages

    let dropout child count =
        block
            child
            (ImageCritic.noise count height width training.CriticX.Critic
             |> List.map (fun shape -> Draw.Uniform, shape))

    // ---- what the critics judge ----

    let encode (state: EncoderState) weights x = encoder.Train evenly state.Running () weights (asImages x)

    /// Images by drawn logits.
    let decode (state: GeneratorState) noise weights z =
        let logits, moments = generator.Train evenly state.Running noise weights z
        grey logits, moments

    let makeNoise, imageNoise = generator.Noise (key.Child 1L) rows training.Generator.State.Weights
    let priorBlock, prior = block 2L [ Draw.Normal, [| rows; config.Latents |] ]

    let makeData: MakeInput = {
        Encoder = training.Encoder.State
        Generator = training.Generator.State
        Data = data
        Indices = Tensor.view [| rows |] indices
        Prior = prior.Head
        Noise = imageNoise
    }

    let make =
        Program.compile
            (fun (input: MakeInput) ->
                encode input.Encoder input.Encoder.Weights (Tensor.gatherRows input.Indices input.Data)
                |> fst,
                decode input.Generator input.Noise input.Generator.Weights input.Prior |> fst)
            makeData

    // ---- the critic of images ----

    /// A share's part of the critic's loss, ½·E(label − d)² over the whole batch, and more.
    let judge dropout (critic: ImageCritic) label x =
        let scores = ImageCritic.apply (Some dropout) critic x
        0.5 * ImageEgm.miss label scores * (float x.Shape[0] / float rows)

    let realIndices, takeReal = part indices realShares
    let realNoise = Array.init realShares (fun i -> dropout (100L + int64 i) (rows / realShares))

    let realData: RealInput[] =
        Array.init realShares (fun i -> {
            Critic = training.CriticX.Critic
            Data = data
            Indices = realIndices[i]
            Dropout = snd realNoise[i]
        })

    let judgeReal =
        Program.copies
            realShares
            (fun (input: RealInput) ->
                valueAndGrad
                    (fun critic -> judge input.Dropout critic ImageEgm.real (gatherImages input.Indices input.Data))
                    input.Critic)
            realData[0]

    let madeIndices, takeMadeIndices = part indices madeShares
    let madePlaces, takePlaces = part places madeShares
    do takePlaces ()
    let madeNoise = Array.init madeShares (fun i -> dropout (200L + int64 i) (rows / madeShares))

    let mixes =
        Array.init madeShares (fun i -> block (300L + int64 i) [ Draw.Uniform, [| rows / madeShares; 1 |] ])

    let madeData: MadeInput[] =
        Array.init madeShares (fun i -> {
            Critic = training.CriticX.Critic
            Made = Tensor.fill Float32 [| rows; pixels |] 0.0
            Places = madePlaces[i]
            Data = data
            Indices = madeIndices[i]
            Mix = (snd mixes[i]).Head
            Dropout = snd madeNoise[i]
        })

    let judgeMade =
        let loss (input: MadeInput) critic =
            let made = Tensor.gatherRows input.Places input.Made
            let misses = judge input.Dropout critic ImageEgm.made (asImages made)

            if config.Gamma > 0.0 then
                let apply x = ImageCritic.apply (Some input.Dropout) critic (asImages x)
                let penalty = ImageEgm.penalty apply input.Mix (Tensor.gatherRows input.Indices input.Data) made
                misses + config.Gamma * penalty * (1.0 / float madeShares)
            else
                misses

        Program.copies madeShares (fun input -> valueAndGrad (loss input) input.Critic) madeData[0]

    let criticX =
        let step training gradients = ImageEgm.stepCritic rate gradients training, ()

        Stepper.compile step training.CriticX (List.replicate (realShares + madeShares) training.CriticX.Critic)

    // ---- the critic of latents ----

    let codeMix, codeMixes = block 3L [ Draw.Uniform, [| rows; 1 |] ]

    let criticZ =
        let step (training: CriticTraining<Discriminator>) (input: CodeInput) =
            let loss critic =
                ImageEgm.criticLoss config.Gamma (Discriminator.apply critic) input.Mix input.Prior input.Codes

            let loss, gradient = valueAndGrad loss training.Critic
            ImageEgm.stepCritic rate [ gradient ] training, loss

        Stepper.compile step training.CriticZ { Prior = prior.Head; Codes = prior.Head; Mix = codeMixes.Head }

    // ---- the gradients of e and g ----

    let parts (ofE, ofG) (gradientE, gradientG) =
        ({ Gradient = gradientE; Moments = ofE }: NetworkPart<_, _>),
        ({ Gradient = gradientG; Moments = ofG }: NetworkPart<_, _>)

    let encodingNoise, encodingDraws = generator.Noise (key.Child 4L) rows training.Generator.State.Weights

    let encodingData: EncodingInput = {
        Encoder = training.Encoder.State
        Generator = training.Generator.State
        Critic = training.CriticZ.Critic
        Data = data
        Indices = Tensor.view [| rows |] nextIndices
        Noise = encodingDraws
    }

    let encoding =
        let run (input: EncodingInput) =
            let loss (e, g) =
                ImageEgm.encodingLoss
                    (Discriminator.apply input.Critic)
                    (encode input.Encoder e)
                    (decode input.Generator input.Noise g)
                    (Tensor.gatherRows input.Indices input.Data)

            let (_, (losses, moments)), gradients =
                valueAndGradWith loss (input.Encoder.Weights, input.Generator.Weights)

            parts moments gradients, losses

        Program.compile run encodingData

    let decodingNoise, decodingDraws = generator.Noise (key.Child 5L) rows training.Generator.State.Weights
    let decodingPriorBlock, decodingPrior = block 6L [ Draw.Normal, [| rows; config.Latents |] ]
    let decodingDropout, decodingDrops = dropout 7L rows

    let decodingData: DecodingInput = {
        Encoder = training.Encoder.State
        Generator = training.Generator.State
        Critic = training.CriticX.Critic
        Prior = decodingPrior.Head
        Noise = decodingDraws
        Dropout = decodingDrops
    }

    let decoding =
        let run (input: DecodingInput) =
            let loss (e, g) =
                /// The variances of the logits that x̃ was drawn by come beside its moments.
                let decode z =
                    let output, moments = ImageGenerator.apply (ImageBlocks.ofBatch evenly) input.Noise.Layers g z
                    grey (drawLogits input.Noise.Logits output), (moments, variances output)

                let loss, (losses, (ofE, (ofG, variances))) =
                    ImageEgm.decodingLoss
                        (asImages >> ImageCritic.apply (Some input.Dropout) input.Critic)
                        (encode input.Encoder e)
                        decode
                        input.Prior

                let loss =
                    if config.Alpha > 0.0 then
                        loss + config.Alpha * Tensor.mean (Tensor.square variances)
                    else
                        loss

                loss, (losses, (ofE, ofG))

            let (_, (losses, moments)), gradients =
                valueAndGradWith loss (input.Encoder.Weights, input.Generator.Weights)

            parts moments gradients, losses

        Program.compile run decodingData

    // ---- their steps ----

    let stepper architecture (network: NetworkTraining<'W, Moments list>) =
        let part: NetworkPart<_, _> = { Gradient = network.State.Weights; Moments = network.State.Running }
        let step training parts = NetworkTraining.step ImageEgm.adam architecture rate parts training, ()
        Stepper.compile step network [ part; part ]

    let encoderStep = stepper encoder training.Encoder
    let generatorStep = stepper generator training.Generator

    do
        let live = Live.ofTensors
        let encoderNow = encoderStep.Current |> Live.map _.State
        let generatorNow = generatorStep.Current |> Live.map _.State
        let networks = Live.pair encoderNow generatorNow
        let criticXNow = criticX.Current |> Live.map _.Critic
        let criticZNow = criticZ.Current |> Live.map _.Critic
        let codes, made = make.Results |> Live.map fst, make.Results |> Live.map snd

        Live.pair networks (live (data, makeData.Indices, makeData.Prior, makeData.Noise))
        |> Live.map (fun ((encoder, generator), (data, indices, prior, noise)) -> {
            MakeInput.Encoder = encoder
            Generator = generator
            Data = data
            Indices = indices
            Prior = prior
            Noise = noise
        })
        |> make.Follow

        for i in 0 .. realShares - 1 do
            Live.pair criticXNow (live (data, realData[i].Indices, realData[i].Dropout))
            |> Live.map (fun (critic, (data, indices, dropout)) -> {
                RealInput.Critic = critic
                Data = data
                Indices = indices
                Dropout = dropout
            })
            |> judgeReal[i].Follow

        for i in 0 .. madeShares - 1 do
            let own = madeData[i]

            Live.pair (Live.pair criticXNow made) (live (own.Places, data, own.Indices, own.Mix, own.Dropout))
            |> Live.map (fun ((critic, made), (places, data, indices, mix, dropout)) -> {
                MadeInput.Critic = critic
                Made = made
                Places = places
                Data = data
                Indices = indices
                Mix = mix
                Dropout = dropout
            })
            |> judgeMade[i].Follow

        [
            for program in judgeReal do
                program.Results |> Live.map snd
            for program in judgeMade do
                program.Results |> Live.map snd
        ]
        |> Live.list
        |> criticX.Follow

        Live.pair codes (live (prior.Head, codeMixes.Head))
        |> Live.map (fun (codes, (prior, mix)) -> { Prior = prior; Codes = codes; Mix = mix })
        |> criticZ.Follow

        Live.pair (Live.pair networks criticZNow) (live (data, encodingData.Indices, encodingData.Noise))
        |> Live.map (fun (((encoder, generator), critic), (data, indices, noise)) -> {
            EncodingInput.Encoder = encoder
            Generator = generator
            Critic = critic
            Data = data
            Indices = indices
            Noise = noise
        })
        |> encoding.Follow

        Live.pair (Live.pair networks criticXNow) (live (decodingData.Prior, decodingData.Noise, decodingData.Dropout))
        |> Live.map (fun (((encoder, generator), critic), (prior, noise, dropout)) -> {
            DecodingInput.Encoder = encoder
            Generator = generator
            Critic = critic
            Prior = prior
            Noise = noise
            Dropout = dropout
        })
        |> decoding.Follow

        let parts (program: Live<(NetworkPart<_, _> * NetworkPart<_, _>) * _>) =
            program |> Live.map (fst >> fst), program |> Live.map (fst >> snd)

        let ofImages, ofPrior = parts encoding.Results, parts decoding.Results
        encoderStep.Follow(Live.list [ fst ofImages; fst ofPrior ])
        generatorStep.Follow(Live.list [ snd ofImages; snd ofPrior ])

    /// The number of the step of the critics, and of the iteration.
    let mutable criticNumber = 0L
    let mutable iteration = 0L

    // Made once, so that handing work to the team allocates nothing.
    let makeStage =
        Action<int>(fun task ->
            if task = 0 then
                makeNoise.Fill criticNumber
                priorBlock.Fill criticNumber
                make.Execute()
            else
                (fst realNoise[task - 1]).Fill criticNumber
                judgeReal[task - 1].Execute())

    let judgeStage =
        Action<int>(fun task ->
            if task < madeShares then
                (fst madeNoise[task]).Fill criticNumber
                (fst mixes[task]).Fill criticNumber
                judgeMade[task].Execute()
            else
                codeMix.Fill criticNumber
                criticZ.Advance())

    let criticStage =
        Action<int>(fun task ->
            if task = 0 then
                criticX.Advance()
            else
                decodingNoise.Fill iteration
                decodingPriorBlock.Fill iteration
                decodingDropout.Fill iteration
                encodingNoise.Fill iteration)

    let gradientStage = Action<int>(fun task -> if task = 0 then decoding.Execute() else encoding.Execute())

    let stepStage =
        Action<int>(fun task -> if task = 0 then encoderStep.Advance() else generatorStep.Advance())

    /// Iteration number i, from 0.
    member _.Run(i: int) =
        iteration <- int64 i
        let first = iteration * int64 (config.CriticSteps + 1)

        for k in 0 .. config.CriticSteps - 1 do
            criticNumber <- iteration * int64 config.CriticSteps + int64 k
            blocks.TakeWhole(first + int64 k, indices)
            takeReal ()
            takeMadeIndices ()
            team.Run(1 + realShares, makeStage)
            team.Run(1 + madeShares, judgeStage)
            team.Run(2, criticStage)

        blocks.TakeWhole(first + int64 config.CriticSteps, nextIndices)
        team.Run(2, gradientStage)
        team.Run(2, stepStage)

    /// The losses of the last iteration.
    member _.Losses: ImageLosses =
        let (adversarialZ, images), (adversarialX, latents) = snd encoding.Output, snd decoding.Output

        let judged =
            Array.append (judgeReal |> Array.map (_.Output >> fst)) (judgeMade |> Array.map (_.Output >> fst))

        {
            CriticZ = Tensor.item criticZ.Output
            CriticX = judged |> Array.sumBy Tensor.item
            AdversarialZ = Tensor.item adversarialZ
            AdversarialX = Tensor.item adversarialX
            Images = Tensor.item images
            Latents = Tensor.item latents
        }

    /// Copies of all that it trains, as it is now.
    member _.State: ImageTraining = {
        Encoder = encoderStep.State
        Generator = generatorStep.State
        CriticZ = criticZ.State
        CriticX = criticX.State
    }
