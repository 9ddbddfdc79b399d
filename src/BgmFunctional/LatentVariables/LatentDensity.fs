namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Where the latents of a fit lie, if N(0, I) is not near enough: their density by normal kernels.
[<RequireQualifiedAccess>]
module internal LatentDensity =

    /// The width of a kernel, in standard deviations of each coordinate, for n latents of q numbers: best if they are normal. Silverman, Density Estimation,
    /// 1986, section 4.3.2.
    let width (n: int) (q: int) : float = (4.0 / float (n * (q + 2))) ** (1.0 / float (q + 4))

    /// Draws (count, q) from the density of latents (n, q): one of these, and a kernel's noise.
    let draw (key: Key) (count: int) (latents: Tensor) : Tensor =
        let n, q = latents.Shape[0], latents.Shape[1]

        let chosen =
            Initial.uniform (key.Child 0L) count 1 1.0
            |> Tensor.toArray
            |> Array.map (fun u -> min (n - 1) (int (float n * (u + 1.0) / 2.0)))

        let deviations = latents - Tensor.sumKeep 0 latents / float n
        let sd = sqrt (Tensor.sumKeep 0 (Tensor.square deviations) / float n)

        Tensor.gatherRows (Tensor.indices chosen) latents
        + width n q * sd * Initial.normal (key.Child 1L) count q 0.0 1.0
        |> Tensor.force
