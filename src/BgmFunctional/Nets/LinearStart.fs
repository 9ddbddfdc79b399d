// Networks that begin as linear maps. Two units of opposite signs carry a number through a layer of LeakyReLU as it is,
// LeakyReLU(x) − LeakyReLU(−x) = (1 + slope)·x ("looks linear", Balduzzi et al., ICML 2017, arXiv:1702.08591). The others begin as they were, but those of
// the last hidden layer in pairs that are equal and pull at the outputs in opposite directions: together they say nothing, yet each has a gradient. Without,
// what bends in many dimensions at once is behind a saddle that training takes long to leave.
namespace BgmFunctional.Nets

open BgmFunctional.Autodiff

/// Networks that begin as linear maps.
[<RequireQualifiedAccess>]
module LinearStart =

    /// Units that each hidden layer needs at least for a map by way of so many numbers.
    let units inner = 2 * inner

    let private carried = 1.0 / (1.0 + Network.slope)

    /// A layer, its weights (inputs, outputs) and biases changed in place.
    let private changed change (weight: Tensor, bias: Tensor) =
        let inputs, outputs = weight.Shape[0], weight.Shape[1]
        let values, biases = Tensor.toArray weight, Tensor.toArray bias
        let w = Array2D.init inputs outputs (fun i j -> values[i * outputs + j])
        change w biases

        Tensor.float32
            [| inputs; outputs |]
            (Array.init values.Length (fun at -> float32 w[at / outputs, at % outputs])),
        Tensor.float32 bias.Shape (Array.map float32 biases)

    /// Output j is from now on fed by these inputs alone, and has this bias.
    let private feed (w: float[,]) (biases: float[]) j (weights: (int * float) seq) bias =
        for i in 0 .. Array2D.length1 w - 1 do
            w[i, j] <- 0.0

        for i, value in weights do
            w[i, j] <- value

        biases[j] <- bias

    /// What layers change, the first one first: x ↦ (x·inner)·outer + offsets; inner (n, q), outer (q, m). Spare units say these shares, (m), of what they
    /// did, and their twins take it back.
    let private changes hidden (inner: float[,]) (outer: float[,]) (offsets: float[]) (shares: float[]) =
        let inputs, q = Array2D.length1 inner, Array2D.length2 inner

        /// The two units that carry number a, each with its sign.
        let pair a = [ 2 * a, 1.0; 2 * a + 1, -1.0 ]

        let enter w biases =
            for a in 0 .. q - 1 do
                for unit, sign in pair a do
                    feed w biases unit [ for i in 0 .. inputs - 1 -> i, sign * inner[i, a] ] 0.0

        let pass w biases =
            for a in 0 .. q - 1 do
                for unit, sign in pair a do
                    feed w biases unit [ for from, its in pair a -> from, sign * its * carried ] 0.0

        /// Units that carry nothing with their twins; of an odd number the last one stays alone and says nothing.
        let twins count =
            let half = (count - 2 * q) / 2
            [ for i in 2 * q .. 2 * q + half - 1 -> i, i + half ]

        let mirrored change (w: float[,]) (biases: float[]) =
            change w biases

            for unit, twin in twins biases.Length do
                biases[twin] <- biases[unit]

                for i in 0 .. Array2D.length1 w - 1 do
                    w[i, twin] <- w[i, unit]

        let leave (w: float[,]) biases =
            for j in 0 .. offsets.Length - 1 do
                let weights = [
                    for a in 0 .. q - 1 do
                        for from, its in pair a do
                            yield from, its * carried * outer[a, j]
                    for unit, twin in twins (Array2D.length1 w) do
                        yield unit, shares[j] * w[unit, j]
                        yield twin, -shares[j] * w[unit, j]
                ]

                feed w biases j weights offsets[j]

        let direct w biases =
            for j in 0 .. offsets.Length - 1 do
                let weights = [
                    for i in 0 .. inputs - 1 -> i, Seq.sum (seq { for a in 0 .. q - 1 -> inner[i, a] * outer[a, j] })
                ]

                feed w biases j weights offsets[j]

        if hidden = 0 then
            [ direct ]
        else
            let before, last = enter :: List.replicate (hidden - 1) pass |> List.splitAt (hidden - 1)
            before @ [ mirrored last.Head; leave ]

    /// A fresh network whose first m outputs are (x·inner)·outer + offsets: inner (inputs, q), outer (q, m), offsets (m). Its hidden layers have `units q`
    /// units or more; spare ones keep these shares (m) of their weights to outputs, and are outweighed. Of a Bayesian network the means of the weights are
    /// that map.
    let embed
        (inner: float[,])
        (outer: float[,])
        (offsets: float[])
        (shares: float[])
        (network: NetworkState)
        : NetworkState =
        let dense (hidden: Dense list) inner (layers: Dense list) =
            (changes hidden.Length inner outer offsets shares, layers)
            ||> List.map2 (fun change layer ->
                let weight, bias = changed change (layer.Weight, layer.Bias.Value)
                ({ Weight = weight; Bias = Some bias }: Dense))
            |> Mlp.ofDense

        /// Before normalisation by these moments.
        let unnormalised (norm: BatchNorm) =
            let slope = BatchNorm.slope norm network.Running.Value |> Tensor.toArray
            Array2D.mapi (fun i _ weight -> weight / slope[i]) inner

        let weights =
            match network.Weights with
            | PlainNet mlp -> PlainNet(dense mlp.Hidden inner (Mlp.dense mlp))
            | NormalisedNet(norm, mlp) -> NormalisedNet(norm, dense mlp.Hidden (unnormalised norm) (Mlp.dense mlp))
            | BayesianNet net ->
                let layers =
                    (changes net.Hidden.Length (unnormalised net.Norm) outer offsets shares, BayesianMlp.layers net)
                    ||> List.map2 (fun change layer ->
                        let location, bias = changed change (layer.Location, layer.Bias)
                        { layer with Location = location; Bias = bias })

                let hidden, output = List.splitAt net.Hidden.Length layers
                BayesianNet { net with Hidden = hidden; Output = output.Head }

        { network with Weights = weights }
