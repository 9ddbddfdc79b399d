namespace BgmFunctional.Kernels.Products;

/// <summary>An operand of a product: element (i, j) lies at start + i·Row + j·Column.</summary>
internal readonly unsafe struct Matrix<T>(T* start, nint length, nint row, nint column)
    where T : unmanaged
{
    /// <summary>Elements from the start to the end of the memory that may be read.</summary>
    internal nint Length { get; } = length;

    internal nint Row { get; } = row;

    internal nint Column { get; } = column;

    internal Matrix<T> Transposed => new(start, Length, Column, Row);

    /// <summary>Without its first i rows.</summary>
    internal Matrix<T> Below(nint i) => new(At(i, 0), Length - (i * Row), Row, Column);

    internal T* At(nint i, nint j) => start + (i * Row) + (j * Column);
}
