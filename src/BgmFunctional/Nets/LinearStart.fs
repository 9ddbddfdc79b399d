// Networks that begin as linear maps. Two units of opposite signs carry a number through a layer of LeakyReLU as it is,
// LeakyReLU(x) − LeakyReLU(−x) = (1 + slope)·x; the others begin as they were, and have no say in the outputs until training gives them one ("looks linear",
// Balduzzi et al., ICML 2017, arXiv:1702.08591).
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

    /// What layers change, the first one first: x ↦ (x·inner)·outer + offsets; inner (n, q), outer (q, m), and n, q and m.
    let private changes hidden (inner: float[,]) (outer: float[,]) (offsets: float[]) =
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

        let leave w biases =
            for j in 0 .. offsets.Length - 1 do
                let weights = [
                    for a in 0 .. q - 1 do
                        for from, its in pair a -> from, its * carried * outer[a, j]
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
            enter :: List.replicate (hidden - 1) pass @ [ leave ]

    /// A fresh network whose first m outputs are (x·inner)·outer + offsets: inner (inputs, q), outer (q, m), offsets (m). Its hidden layers have `units q`
    /// units or more. Of a Bayesian network the means of the weights are that map.
    let embed (inner: float[,]) (outer: float[,]) (offsets: float[]) (network: NetworkState) : NetworkState =
        let dense (hidden: Dense list) inner (layers: Dense list) =
            (changes hidden.Length inner outer offsets, layers)
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
                    (changes net.Hidden.Length (unnormalised net.Norm) outer offsets, BayesianMlp.layers net)
                    ||> List.map2 (fun change layer ->
                        let location, bias = changed change (layer.Location, layer.Bias)
                        { layer with Location = location; Bias = bias })

                let hidden, output = List.splitAt net.Hidden.Length layers
                BayesianNet { net with Hidden = hidden; Output = output.Head }

        { network with Weights = weights }
