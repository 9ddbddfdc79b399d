namespace BgmFunctional.Kernels.Products;

/// <summary>What a product reads element by element, its left operand: element (i, p) lies at RowAt(i)[ColumnAt(p)].</summary>
internal unsafe interface ILeft<A, T>
    where A : struct, ILeft<A, T>
    where T : unmanaged
{
    /// <summary>Where row i begins.</summary>
    T* RowAt(nint i);

    /// <summary>From the beginning of any row to its element p.</summary>
    nint ColumnAt(nint p);

    /// <summary>Without its first rows and columns.</summary>
    A From(nint row, nint column);
}

/// <summary>An operand of a product: element (i, j) lies at start + i·Row + j·Column.</summary>
internal readonly unsafe struct Matrix<T>(T* start, nint length, nint row, nint column) : ILeft<Matrix<T>, T>
    where T : unmanaged
{
    /// <summary>Elements from the start to the end of the memory that may be read.</summary>
    internal nint Length { get; } = length;

    internal nint Row { get; } = row;

    internal nint Column { get; } = column;

    internal Matrix<T> Transposed => new(start, Length, Column, Row);

    internal T* At(nint i, nint j) => start + (i * Row) + (j * Column);

    public T* RowAt(nint i) => start + (i * Row);

    public nint ColumnAt(nint p) => p * Column;

    public Matrix<T> From(nint row, nint column) => new(At(row, column), Length - (row * Row) - (column * Column), Row, Column);
}

/// <summary>A left operand whose rows and columns begin anywhere: element (i, p) lies at start + rows[i] + columns[p].</summary>
internal readonly unsafe struct Windows<T>(T* start, nint* rows, nint* columns) : ILeft<Windows<T>, T>
    where T : unmanaged
{
    internal Windows<T> Transposed => new(start, columns, rows);

    public T* RowAt(nint i) => start + rows[i];

    public nint ColumnAt(nint p) => columns[p];

    public Windows<T> From(nint row, nint column) => new(start, rows + row, columns + column);
}
