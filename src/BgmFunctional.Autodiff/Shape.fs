namespace BgmFunctional.Autodiff

/// Shapes of tensors: the lengths of the axes, outermost first; the last axis is contiguous. A scalar has none.
[<RequireQualifiedAccess>]
module Shape =

    /// Number of elements.
    let size (shape: int[]) = Array.fold (*) 1 shape

    /// "(3, 2)", as messages show it; a scalar is "()".
    let format (shape: int[]) = "(" + System.String.Join(", ", shape) + ")"

    /// Distance between neighbours along each axis of a contiguous array.
    let strides (shape: int[]) =
        let strides = Array.create shape.Length 1

        for axis in shape.Length - 2 .. -1 .. 0 do
            strides[axis] <- strides[axis + 1] * shape[axis + 1]

        strides

    /// The shape with one axis set to a length.
    let withAxis axis length (shape: int[]) = Array.updateAt axis length shape

    /// (outer, n, inner): the lengths before, at and after an axis.
    let around axis (shape: int[]) = size shape[.. axis - 1], shape[axis], size shape[axis + 1 ..]

    /// The common shape of two operands: equal ranks with each axis equal or 1 on one side, or a scalar with anything.
    let broadcast (a: int[]) (b: int[]) =
        if a.Length = 0 then
            Some b
        elif b.Length = 0 then
            Some a
        elif a.Length = b.Length && Array.forall2 (fun p q -> p = q || p = 1 || q = 1) a b then
            Some(Array.map2 (fun p q -> if p = 1 then q else p) a b)
        else
            None

    /// True if values of the first shape can be repeated to fill the second.
    let canBroadcast (from: int[]) (target: int[]) =
        from.Length = 0
        || from.Length = target.Length
           && Array.forall2 (fun p q -> p = q || p = 1) from target
