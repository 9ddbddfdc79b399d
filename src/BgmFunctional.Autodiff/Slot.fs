// Where values lie while a program runs. Instructions keep slots, not arrays, so inputs are bound and states swapped by
// pointing a slot elsewhere: nothing is copied and nothing allocated.
namespace BgmFunctional.Autodiff

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices

/// A place for the values of one tensor.
[<AbstractClass; AllowNullLiteral>]
type internal Slot() =
    /// Points this slot where another one points.
    abstract Follow: Slot -> unit

    /// Exchanges the places of two slots of equal length.
    abstract Exchange: Slot -> unit

    /// Points this slot at a whole array.
    abstract Bind: Array -> unit

    /// Points this slot at an aligned copy of an array.
    abstract BindCopy: Array -> unit

    /// True once it points at an array.
    abstract IsBound: bool

    /// Copies row i of the values to row indices[i] of an array, for the first count indices.
    abstract ScatterRows: columns: int * indices: int[] * count: int * target: Array -> unit

    /// The values, copied.
    abstract ToArray: unit -> Array

/// Memory that kernels like: pinned, and aligned to a cache line and a vector of 64 bytes.
[<RequireQualifiedAccess>]
module internal Arena =

    /// Elements of 'T in 64 bytes.
    let lane<'T> = 64 / Unsafe.SizeOf<'T>()

    /// Elements of a floating type in 64 bytes.
    let laneOf dtype =
        match dtype with
        | Float64 -> lane<float>
        | Float32
        | DType.Int32 -> lane<float32>

    /// A length rounded up, so that whatever follows is aligned as well.
    let round<'T> length = (length + lane<'T> - 1) / lane<'T> * lane<'T>

    /// An array with room for length elements, and the aligned start of them.
    let allocate<'T> length =
        let array = GC.AllocateArray<'T>(length + lane<'T>, pinned = true)
        let address = int64 (Marshal.UnsafeAddrOfPinnedArrayElement(array, 0))
        array, int ((64L - address % 64L) % 64L) / Unsafe.SizeOf<'T>()

/// A slot of one element type.
[<Sealed; AllowNullLiteral>]
type internal Slot<'T>(array: 'T[], offset: int, length: int) =
    inherit Slot()
    let mutable array = array
    let mutable offset = offset

    new(length) = Slot<'T>(null, 0, length)

    member _.Array = array
    member _.Offset = offset
    member _.Length = length

    member _.Span = Span<'T>(array, offset, length)
    member _.ReadOnly = ReadOnlySpan<'T>(array, offset, length)

    /// Points this slot at part of an array.
    member _.Place(target: 'T[], start) =
        array <- target
        offset <- start

    override this.Follow other =
        let other = other :?> Slot<'T>
        this.Place(other.Array, other.Offset)

    override this.Exchange other =
        let other = other :?> Slot<'T>
        let mineArray, mineOffset = array, offset
        this.Place(other.Array, other.Offset)
        other.Place(mineArray, mineOffset)

    override this.Bind values = this.Place(values :?> 'T[], 0)

    override this.BindCopy values =
        let copy, start = Arena.allocate<'T> length
        Array.Copy(values, 0, copy, start, length)
        this.Place(copy, start)

    override _.IsBound = not (isNull array)
    override this.ToArray() = this.Span.ToArray()

    override this.ScatterRows(columns, indices, count, target) =
        let rows = this.ReadOnly
        let target = target :?> 'T[]

        for i in 0 .. count - 1 do
            rows.Slice(i * columns, columns).CopyTo(Span<'T>(target, indices[i] * columns, columns))

/// Scratch memory that the instructions of one program share, since they run one after another.
[<Sealed>]
type internal Workspace<'T>() =
    let mutable array, start = Arena.allocate<'T> 0
    let mutable capacity = 0
    let registers = ResizeArray<struct (Slot<'T> * int)>()

    /// A slot of the given length at an offset into the workspace, which grows to hold it.
    member _.Register(offset, length) =
        if offset + length > capacity then
            capacity <- max (offset + length) (2 * capacity)
            let grown, first = Arena.allocate<'T> capacity
            array <- grown
            start <- first

            for struct (slot, offset) in registers do
                slot.Place(array, start + offset)

        let slot = Slot<'T>(array, start + offset, length)
        registers.Add(struct (slot, offset))
        slot
