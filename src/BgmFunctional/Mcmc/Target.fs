// What samplers draw from: an unnormalised log density of many independent chains, asked for a batch of positions at a time.
namespace BgmFunctional.Mcmc

open System
open System.Collections.Concurrent
open BgmFunctional.Autodiff

/// A batch of seats at which chains ask for their log density. Used by one thread at a time; running it allocates nothing.
[<AbstractClass>]
type Evaluation(seats: int, dimension: int) =

    /// Chains at once.
    member _.Seats = seats

    /// (seats, q), where to evaluate: written before a run.
    member val Positions: float[] = Array.zeroCreate (seats * dimension)

    /// (seats), nats, after a run; NaN and −∞ are answers too.
    member val LogDensities: float[] = Array.zeroCreate seats

    /// (seats, q), after a run, if gradients were asked for when this was made.
    member val Gradients: float[] = Array.zeroCreate (seats * dimension)

    /// From now on the seat holds a chain of this row of the data.
    abstract Seat: seat: int * row: int -> unit

    /// Evaluates the first seats; what the others hold afterwards is undefined.
    abstract Run: seats: int -> unit

    /// Nobody needs the batch any more: its memory may serve another one.
    abstract Release: unit -> unit

    default _.Release() = ()

/// An unnormalised log density on vectors of unconstrained numbers, one for each row of some data or one for all.
[<NoComparison; NoEquality>]
type Target = {
    /// q, the numbers a chain moves.
    Dimension: int
    /// Rows of the data, each with a posterior of its own; 1 if there is one posterior.
    Rows: int
    /// Where in the data the first of them stands.
    FirstRow: int
    /// A batch of so many seats, with gradients or without.
    Evaluation: int -> bool -> Evaluation
}

/// Targets from functions on tensors.
[<RequireQualifiedAccess>]
module Target =

    /// Puts a number into an array of either kind.
    let internal write (values: Array) i (value: float) =
        match values with
        | :? (float32[]) as values -> values[i] <- float32 value
        | values -> (values :?> float[])[i] <- value

    /// A tensor of zeros, and the array behind it.
    let internal zeros dtype (shape: int[]) =
        let size = Array.fold (*) 1 shape

        let values: Array =
            if dtype = Float32 then
                Array.zeroCreate<float32> size
            else
                Array.zeroCreate<float> size

        Tensor.view shape values, values

    /// A tensor of data: its values, and how many a row has.
    [<NoComparison; NoEquality>]
    type private RowData = {
        Values: Array
        DType: DType
        Shape: int[]
        Width: int
    } with

        /// The same with other rows, all zero.
        member this.Zeros rows = zeros this.DType (Array.updateAt 0 rows this.Shape)

    let private rowData (t: Tensor) =
        let values: Array =
            match t.DType with
            | Float32 -> Tensor.toFloat32 t
            | Float64 -> Tensor.toArray t
            | Int32 -> invalidArg "data" "int32 holds indices; a log density wants float32 or float64 rows"

        {
            Values = values
            DType = t.DType
            Shape = t.Shape
            Width = t.Size / max 1 t.Shape[0]
        }

    /// One compiled program with memory of its own; released, it waits among the idle ones.
    [<Sealed>]
    type private Compiled<'Given, 'Data>
        (
            seats,
            dimension,
            dtype,
            program: Program<'Given * 'Data * Tensor, Tensor list>,
            data: 'Data,
            stored: RowData[],
            idle: ConcurrentBag<Compiled<'Given, 'Data>>
        ) =
        inherit Evaluation(seats, dimension)
        let batch = stored |> Array.map (fun row -> row.Zeros seats)
        let position, values = zeros dtype [| seats; dimension |]

        /// What all rows are given from now on.
        member _.Give(given: 'Given) = program.Bind((given, Tree.withLeaves (Array.map fst batch) data, position))

        override this.Release() = idle.Add this

        override _.Seat(seat, row) =
            for i in 0 .. stored.Length - 1 do
                let width = stored[i].Width
                Array.Copy(stored[i].Values, row * width, snd batch[i], seat * width, width)

        override this.Run _ =
            match values with
            | :? (float32[]) as values ->
                for i in 0 .. values.Length - 1 do
                    values[i] <- float32 this.Positions[i]
            | _ -> this.Positions.CopyTo(values, 0)

            program.Execute()
            program.ReadOutput(0, Span this.LogDensities)

            if program.Outputs > 1 then
                program.ReadOutput(1, Span this.Gradients)

    /// Sum of the rows' densities, whose gradient is that of every row since none depends on another, and the densities.
    let private total logDensity data (position: Tensor) =
        let density: Tensor = logDensity data position

        if density.Shape <> [| position.Shape[0] |] then
            invalidArg
                (nameof logDensity)
                $"the log density of positions {position} must be one number a chain, {position.DType} ({position.Shape[0]}); found {density}"

        Tensor.sum density, density

    let private create dtype dimension rows (data: 'Data) (logDensity: 'Given -> 'Data -> Tensor -> Tensor) =
        let stored = Tree.leaves data |> Array.map rowData

        let compile given seats isWithGradient =
            let batch = Tree.withLeaves (stored |> Array.map (fun row -> fst (row.Zeros seats))) data

            let evaluate (given, data, position) =
                if isWithGradient then
                    let (_, density), gradient = valueAndGradWith (total (logDensity given) data) position
                    [ density; gradient ]
                else
                    [ snd (total (logDensity given) data position) ]

            Program.compile evaluate (given, batch, fst (zeros dtype [| seats; dimension |]))

        // Compiled once, and memory for as many as run at once: a family of targets may be asked in many short runs.
        let programs = ConcurrentDictionary<struct (int * bool), Lazy<Program<_, _>>>()
        let idle = ConcurrentDictionary<struct (int * bool), ConcurrentBag<Compiled<'Given, 'Data>>>()

        fun (given: 'Given) ->
            // A batch of one row has the shape of a given bias, which would be added elsewhere and so rounded otherwise: two at least.
            let least = if Array.isEmpty (Tree.leaves given) then 1 else 2

            let evaluation seats isWithGradient =
                let seats = max least seats
                let kind = struct (seats, isWithGradient)
                let program = programs.GetOrAdd(kind, (fun _ -> lazy (compile given seats isWithGradient)))
                let idle = idle.GetOrAdd(kind, (fun _ -> ConcurrentBag()))

                let compiled =
                    match idle.TryTake() with
                    | true, compiled -> compiled
                    | _ -> Compiled(seats, dimension, dtype, program.Value.Twin(), data, stored, idle)

                compiled.Give given
                compiled :> Evaluation

            { Dimension = dimension; Rows = rows; FirstRow = 0; Evaluation = evaluation }

    /// One posterior for all chains: logDensity (m, q) -> (m), in nats; row i of the result depends on row i alone. What the function captures
    /// is constant.
    let ofFunction (dtype: DType) (dimension: int) (logDensity: Tensor -> Tensor) : Target =
        create dtype dimension 1 () (fun () () -> logDensity) ()

    let private rowsOf (data: 'Data) =
        let rowsOf (t: Tensor) =
            if t.Rank = 0 then
                invalidArg (nameof data) "a scalar has no rows; let the log density capture it"

            t.Shape[0]

        match Tree.leaves data |> Array.map rowsOf |> Array.distinct with
        | [| rows |] -> rows
        | [||] -> invalidArg (nameof data) "no tensors, so no rows; Target.ofFunction is for one posterior"
        | several -> invalidArg (nameof data) $"tensors of different numbers of rows: %A{several}"

    /// A posterior for each row of data, any record, tuple or list of float tensors whose first axes are the rows: logDensity sees m of the
    /// rows and a position for each, (m, q) -> (m), in nats; row i of the result depends on row i alone. What the function captures is constant.
    /// <exception cref="System.ArgumentException">Data without tensors, or with different numbers of rows.</exception>
    let ofRows (dtype: DType) (dimension: int) (data: 'Data) (logDensity: 'Data -> Tensor -> Tensor) : Target =
        create dtype dimension (rowsOf data) data (fun () -> logDensity) ()

    /// The same for each value of what all rows are given, the weights of networks for instance, any record, tuple or list of tensors: a family of
    /// targets that is compiled once. All values have the shapes of the first.
    /// <exception cref="System.ArgumentException">Data without tensors, or with different numbers of rows.</exception>
    let ofRowsGiven
        (dtype: DType)
        (dimension: int)
        (data: 'Data)
        (logDensity: 'Given -> 'Data -> Tensor -> Tensor)
        : 'Given -> Target =
        create dtype dimension (rowsOf data) data logDensity

    /// So many rows of a target from one on, by the same compiled programs.
    let rows (first: int) (count: int) (target: Target) : Target =
        if first < 0 || count < 1 || first + count > target.Rows then
            invalidArg (nameof count) $"rows {first} to {first + count - 1} of a target of {target.Rows}"

        { target with FirstRow = target.FirstRow + first; Rows = count }

    /// A target that tells of each evaluation of a batch: how far a run of few long chains has come.
    let watched (watch: unit -> unit) (target: Target) : Target =
        let evaluation seats isWithGradient =
            let inner = target.Evaluation seats isWithGradient

            {
                new Evaluation(inner.Seats, target.Dimension) with
                    override _.Seat(seat, row) = inner.Seat(seat, row)

                    override this.Run count =
                        this.Positions.CopyTo(inner.Positions, 0)
                        inner.Run count
                        inner.LogDensities.CopyTo(this.LogDensities, 0)
                        inner.Gradients.CopyTo(this.Gradients, 0)
                        watch ()

                    override _.Release() = inner.Release()
            }

        { target with Evaluation = evaluation }
