namespace BgmFunctional.Numerics

/// Small dense symmetric matrices, float64: what classical fits and factor analyses need of linear algebra.
[<RequireQualifiedAccess>]
module internal SymmetricMatrix =

    /// A pivot this small beside its diagonal element is rounding.
    let private leastPivot = 1e-12

    /// Cholesky's factor L of A = L·Lᵀ, its upper triangle 0; none where A is not clearly positive definite.
    let cholesky (a: float[,]) : float[,] option =
        let p = Array2D.length1 a
        let factor = Array2D.zeroCreate p p
        let mutable isDefinite = true

        for j in 0 .. p - 1 do
            let mutable pivot = a[j, j]

            for k in 0 .. j - 1 do
                pivot <- pivot - factor[j, k] * factor[j, k]

            if isDefinite && pivot > leastPivot * a[j, j] then
                let root = sqrt pivot
                factor[j, j] <- root

                for i in j + 1 .. p - 1 do
                    let mutable cell = a[i, j]

                    for k in 0 .. j - 1 do
                        cell <- cell - factor[i, k] * factor[j, k]

                    factor[i, j] <- cell / root
            else
                isDefinite <- false

        if isDefinite then Some factor else None

    /// A·b.
    let times (a: float[,]) (b: float[]) : float[] =
        Array.init (Array2D.length1 a) (fun i ->
            let mutable sum = 0.0

            for j in 0 .. b.Length - 1 do
                sum <- sum + a[i, j] * b[j]

            sum)

    /// Solves L·Lᵀ·x = b.
    let solveBy (factor: float[,]) (b: float[]) : float[] =
        let p = b.Length
        let x = Array.copy b

        for i in 0 .. p - 1 do
            for k in 0 .. i - 1 do
                x[i] <- x[i] - factor[i, k] * x[k]

            x[i] <- x[i] / factor[i, i]

        for i in p - 1 .. -1 .. 0 do
            for k in i + 1 .. p - 1 do
                x[i] <- x[i] - factor[k, i] * x[k]

            x[i] <- x[i] / factor[i, i]

        x

    /// The inverse of L·Lᵀ.
    let inverseBy (factor: float[,]) : float[,] =
        let p = Array2D.length1 factor
        let unit j = Array.init p (fun i -> if i = j then 1.0 else 0.0)
        let columns = Array.init p (unit >> solveBy factor)
        Array2D.init p p (fun i j -> columns[j][i])

    /// Solves A·x = b; none where A is not clearly positive definite.
    let solve (a: float[,]) (b: float[]) : float[] option = cholesky a |> Option.map (fun factor -> solveBy factor b)

    /// Rotates the plane of axes i and j so that the element between them vanishes; the columns of vectors turn along.
    let private rotate (a: float[,]) (vectors: float[,]) i j =
        if a[i, j] <> 0.0 then
            let p = Array2D.length1 a
            let ratio = (a[j, j] - a[i, i]) / (2.0 * a[i, j])
            let sign = if ratio < 0.0 then -1.0 else 1.0
            let tangent = sign / (abs ratio + sqrt (1.0 + ratio * ratio))
            let cosine = 1.0 / sqrt (1.0 + tangent * tangent)
            let sine = tangent * cosine

            for k in 0 .. p - 1 do
                let x, y = a[k, i], a[k, j]
                a[k, i] <- cosine * x - sine * y
                a[k, j] <- sine * x + cosine * y

            for k in 0 .. p - 1 do
                let x, y = a[i, k], a[j, k]
                a[i, k] <- cosine * x - sine * y
                a[j, k] <- sine * x + cosine * y
                let x, y = vectors[k, i], vectors[k, j]
                vectors[k, i] <- cosine * x - sine * y
                vectors[k, j] <- sine * x + cosine * y

    /// Eigenvalues, and eigenvectors as columns, by Jacobi's cyclic rotations.
    let eigen (matrix: float[,]) : float[] * float[,] =
        let p = Array2D.length1 matrix
        let a = Array2D.copy matrix
        let vectors = Array2D.init p p (fun i j -> if i = j then 1.0 else 0.0)

        let pairs = [|
            for i in 0 .. p - 2 do
                for j in i + 1 .. p - 1 -> i, j
        |]

        let rec sweep left =
            let off = pairs |> Array.sumBy (fun (i, j) -> a[i, j] * a[i, j])
            let diagonal = Seq.init p (fun i -> a[i, i] * a[i, i]) |> Seq.sum

            if left > 0 && off > 1e-32 * diagonal then
                for i, j in pairs do
                    rotate a vectors i j

                sweep (left - 1)

        sweep 50
        Array.init p (fun i -> a[i, i]), vectors

    /// L·A·Lᵀ.
    let sandwich (outer: float[][]) (a: float[,]) : float[][] =
        let product (x: float[]) (y: float[]) =
            let mutable sum = 0.0

            for i in 0 .. x.Length - 1 do
                if x[i] <> 0.0 then
                    for j in 0 .. y.Length - 1 do
                        if y[j] <> 0.0 then
                            sum <- sum + x[i] * a[i, j] * y[j]

            sum

        outer |> Array.map (fun x -> outer |> Array.map (product x))
