using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// What a product does to each element of C once its sum is complete, while the element is still in the first cache:
/// <c>c = sum + scale * addend</c>, then 0 where that is negative, then 0 where the gate is not above 0; then it is given to a sink. The
/// default does nothing.
/// </summary>
/// <remarks>Every part rounds as the operation of its own does, so fusing changes no bit.</remarks>
internal readonly ref struct GemmEpilogue<T>
    where T : unmanaged
{
    /// <summary>n elements, added to every row, or m * n; empty for none.</summary>
    public ReadOnlySpan<T> Addend { get; init; }

    /// <summary>What the addend is multiplied by.</summary>
    public T Scale { get; init; }

    /// <summary>Whether c becomes max(c, 0).</summary>
    public bool Rectifies { get; init; }

    /// <summary>m * n elements; empty for none.</summary>
    public ReadOnlySpan<T> Gate { get; init; }

    /// <summary>What takes complete elements; null for nothing.</summary>
    public IProductSink? Sink { get; init; }

    /// <summary>What belongs to some rows of C, of an epilogue without a sink.</summary>
    public GemmEpilogue<T> Rows(int first, int count, int n) => new()
    {
        Addend = Addend.Length <= n ? Addend : Addend.Slice(first * n, count * n),
        Scale = Scale,
        Rectifies = Rectifies,
        Gate = Gate.IsEmpty ? Gate : Gate.Slice(first * n, count * n),
    };
}

/// <summary>A <see cref="GemmEpilogue{T}"/> whose memory is held still; a view at address 0 is one that is absent.</summary>
internal readonly unsafe record struct TileEpilogue<T>(MatrixView<T> Addend, T Scale, bool Rectifies, MatrixView<T> Gate)
    where T : unmanaged
{
    /// <summary>What takes complete elements; null for nothing.</summary>
    public IProductSink? Sink { get; init; }

    /// <summary>The columns of the whole of C.</summary>
    public int RowLength { get; init; }

    /// <summary>Where the first element lies in the whole of C, counted row by row.</summary>
    public int First { get; init; }

    private bool ChangesElements => Addend.Exists || Rectifies || Gate.Exists;

    /// <summary>What belongs to the part of C that begins at an element.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public TileEpilogue<T> From(nint row, nint column) => this with
    {
        Addend = Addend.Exists ? Addend.From(row, column) : default,
        Gate = Gate.Exists ? Gate.From(row, column) : default,
        First = First + (int)((row * RowLength) + column),
    };

    /// <summary>Finishes a part of C, whole vectors first and then what is left of each row, and gives it to the sink.</summary>
    /// <typeparam name="TVector">The vector.</typeparam>
    /// <typeparam name="TLanes">Its arithmetic.</typeparam>
    /// <typeparam name="TScalar">The arithmetic of single elements.</typeparam>
    [MethodImpl(Compiled.AtOnce)]
    public void Apply<TVector, TLanes, TScalar>(int rows, int columns, MatrixView<T> c)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
        where TScalar : struct, IVectorLanes<T, T>
    {
        if (ChangesElements)
        {
            // Rows without gaps are one long row.
            var (count, length) = columns % TLanes.Width != 0 && IsOneRow(columns, c) ? (1, rows * columns) : (rows, columns);
            int whole = length - (length % TLanes.Width);
            Apply<TVector, TLanes>(count, 0, whole, c);
            if (whole < length)
            {
                Apply<T, TScalar>(count, whole, length, c);
            }
        }

        if (Sink is not null)
        {
            HandOut(rows, columns);
        }
    }

    /// <summary>Asks for what some columns will need, where the processor does not see it coming from row to row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(int rows, int first, int columns)
    {
        Expect(Addend, rows, first, columns);
        Expect(Gate, rows, first, columns);
    }

    private static void Expect(MatrixView<T> view, int rows, int first, int columns)
    {
        if (!view.Exists || view.RowStep * sizeof(T) < CacheHint.Page)
        {
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            CacheHint.Prefetch(view.At(row, first), columns * sizeof(T));
        }
    }

    private bool IsOneRow(int columns, MatrixView<T> c) =>
        c.RowStep == columns && (!Addend.Exists || Addend.RowStep == columns) && (!Gate.Exists || Gate.RowStep == columns);

    [MethodImpl(Compiled.AtOnce)]
    private void HandOut(int rows, int columns)
    {
        if (columns == RowLength)
        {
            Sink!.Take(First, rows * columns);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            Sink!.Take(First + (row * RowLength), columns);
        }
    }

    /// <summary>Takes some columns of all rows, by the loop that does what there is to do and asks no more.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private void Apply<TVector, TLanes>(int rows, int first, int end, MatrixView<T> c)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        switch (Addend.Exists, Rectifies, Gate.Exists)
        {
            case (true, false, false): Run<TVector, TLanes, Yes, No, No>(rows, first, end, c); break;
            case (true, true, false): Run<TVector, TLanes, Yes, Yes, No>(rows, first, end, c); break;
            case (false, true, false): Run<TVector, TLanes, No, Yes, No>(rows, first, end, c); break;
            case (false, false, true): Run<TVector, TLanes, No, No, Yes>(rows, first, end, c); break;
            case (true, false, true): Run<TVector, TLanes, Yes, No, Yes>(rows, first, end, c); break;
            case (false, true, true): Run<TVector, TLanes, No, Yes, Yes>(rows, first, end, c); break;
            default: Run<TVector, TLanes, Yes, Yes, Yes>(rows, first, end, c); break;
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private void Run<TVector, TLanes, TAdds, TRectifies, TGates>(int rows, int first, int end, MatrixView<T> c)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
        where TAdds : struct, IFlag
        where TRectifies : struct, IFlag
        where TGates : struct, IFlag
    {
        var scale = TLanes.Broadcast(Scale);
        T* target = c.Data, addend = Addend.Data, gate = Gate.Data;
        for (; rows > 0; rows--)
        {
            for (nint column = first; column < end; column += TLanes.Width)
            {
                var sum = TLanes.Load(target + column);
                if (TAdds.Value)
                {
                    sum = TLanes.Add(sum, TLanes.Multiply(TLanes.Load(addend + column), scale));
                }

                if (TRectifies.Value)
                {
                    sum = TLanes.Rectify(sum);
                }

                if (TGates.Value)
                {
                    sum = TLanes.WherePositive(TLanes.Load(gate + column), sum);
                }

                TLanes.Store(sum, target + column);
            }

            target += c.RowStep;
            addend += Addend.RowStep;
            gate += Gate.RowStep;
        }
    }
}
