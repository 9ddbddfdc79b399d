namespace BgmFunctional.Autodiff

/// Derivatives of functions on trees of tensors. Each is an expression again, so `grad (fun x -> … grad f x …)` is a second derivative.
[<AutoOpen>]
module Differentiate =

    /// Fresh nodes in place of a value's tensors: what the function itself captured stays constant.
    let private fresh (x: 'a) : 'a =
        x
        |> Tree.map (fun t ->
            Node.requireFloat "grad" t
            Node.make t.DType t.Shape Identity [| t |])

    let private requireScalar (y: Tensor) =
        if y.Size <> 1 then
            Node.refuse "grad" [ y ] "the function must give one number"

    let private requireLike operation (x: Tensor) (v: Tensor) =
        if v.DType <> x.DType || v.Shape <> x.Shape then
            raise (System.ArgumentException $"{operation}: {x} goes with {x}, not with {v}")

    /// Σ of products of two trees of one form.
    let private inner operation (x: 'a) (v: 'a) =
        let left, right = Tree.leaves x, Tree.leaves v

        if left.Length = 0 then
            raise (System.ArgumentException $"{operation}: there is no tensor in {typeof<'a>.Name} to move along")

        if left.Length <> right.Length then
            raise (System.ArgumentException $"{operation}: {left.Length} tensors do not pair with {right.Length}")

        Array.iter2 (requireLike operation) left right
        Array.map2 Tensor.dot left right |> Array.reduce (+)

    /// (f x, extra) and the gradient of f, which has the form of x; f also returns anything else it has computed.
    let valueAndGradWith (f: 'a -> Tensor * 'b) (x: 'a) : (Tensor * 'b) * 'a =
        let x = fresh x
        let y, extra = f x
        requireScalar y
        let gradients = Adjoint.gradients y (Tensor.fill y.DType y.Shape 1.0) (Tree.leaves x)
        (y, extra), Tree.withLeaves gradients x

    /// f x and its gradient, which has the form of x. f gives one number.
    /// <exception cref="System.ArgumentException">f gives more than one number.</exception>
    let valueAndGrad (f: 'a -> Tensor) (x: 'a) : Tensor * 'a =
        let (y, ()), gradient = valueAndGradWith (fun x -> f x, ()) x
        y, gradient

    /// The gradient of f at x, which has the form of x. f gives one number.
    /// <exception cref="System.ArgumentException">f gives more than one number.</exception>
    let grad (f: 'a -> Tensor) (x: 'a) : 'a = valueAndGrad f x |> snd

    /// f x, and Jᵀ·u for any u of the form of f x.
    let vjp (f: 'a -> Tensor) (x: 'a) : Tensor * (Tensor -> 'a) =
        let x = fresh x
        let y = f x

        let pullback u =
            requireLike "vjp" y u
            Tree.withLeaves (Adjoint.gradients y u (Tree.leaves x)) x

        y, pullback

    /// f x and J·v, the derivative along v: the gradient in u of uᵀ·J·v, as Jᵀ·u is linear in u.
    let jvp (f: 'a -> Tensor) (x: 'a) (v: 'a) : Tensor * Tensor =
        let y, pullback = vjp f x
        let u = fresh (Tensor.fill y.DType y.Shape 0.0)
        let along = inner "jvp" (pullback u) v
        y, (Adjoint.gradients along (Tensor.fill along.DType along.Shape 1.0) [| u |])[0]

    /// H·v, the Hessian of f at x times v: the gradient of (∇f·v).
    let hvp (f: 'a -> Tensor) (x: 'a) (v: 'a) : 'a = grad (fun x -> inner "hvp" (grad f x) v) x

    /// The Hessian of f at a vector: (p) -> (p, p).
    /// <exception cref="System.ArgumentException">x is not a vector, or f gives more than one number.</exception>
    let hessian (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        if x.Rank <> 1 || x.Size = 0 then
            Node.refuse "hessian" [ x ] "a vector of at least one number is needed"

        let unit i = Tensor.ofFloats x.DType x.Shape (Array.init x.Size (fun j -> if i = j then 1.0 else 0.0))

        Tensor.stack [ for i in 0 .. x.Size - 1 -> hvp f x (unit i) ]
