using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <content>
/// A row of the product, as it stands in registers, is the gradient of a row of a parameter, which takes its step at once.
/// </content>
internal sealed unsafe partial class SparseRowProduct<T, TVector, TLanes>
{
    /// <inheritdoc/>
    public override void Step(in SparseStep<T> step, int first, int end, int column, int columns)
    {
        for (int left = columns / TLanes.Width; left > 0; left -= MostVectors, column += MostVectors * TLanes.Width)
        {
            switch (left)
            {
                case 1: StepColumns<One>(step, first, end, column); break;
                case 2: StepColumns<Two>(step, first, end, column); break;
                case 3: StepColumns<Three>(step, first, end, column); break;
                default: StepColumns<Four>(step, first, end, column); break;
            }
        }
    }

    private static void StepColumns<TVectors>(in SparseStep<T> step, int i, int end, int column)
        where TVectors : struct, ICount
    {
        if (step.Lag.State is null)
            StepColumns<TVectors, Two>(step, i, end, column);
        else
            StepColumns<TVectors, Three>(step, i, end, column);
    }

    /// <summary>So many vectors of some rows, from a column on.</summary>
    /// <typeparam name="TVectors">The vectors.</typeparam>
    /// <typeparam name="TTerms">What a new w is made of: 2, w and its gradient; 3, and its state.</typeparam>
    [MethodImpl(Compiled.AtOnce)]
    private static void StepColumns<TVectors, TTerms>(in SparseStep<T> step, int i, int end, int column)
        where TVectors : struct, ICount
        where TTerms : struct, ICount
    {
        nint n = step.Gradient.N, toLast = (TVectors.Value - 1) * TLanes.Width, bytes = TVectors.Value * TLanes.Width * sizeof(T);
        int count = step.Gradient.M, ahead = CacheHint.RowsAhead((TTerms.Value - 1) * n * sizeof(T));
        T* w = step.W + column, state = step.Lag.State + column;
        for (; i < end; i++)
        {
            if (i + ahead < count)
            {
                int next = step.Rows[i + ahead];
                CacheHint.Prefetch(step.Lag.Taken + next);
                CacheHint.Prefetch(w + (next * n), bytes);
                if (TTerms.Value > 2) CacheHint.Prefetch(state + (next * n), bytes);
            }

            Sum<TVectors, One>(step.Gradient, i, column, toLast, out TVector g0, out TVector g1, out TVector g2, out TVector last);
            int row = step.Rows[i];
            var terms = new Terms<TTerms>(step.Lag.Maps[step.Lag.Taken[row]], step.GradientToW, step.GradientToState);
            T* wRow = w + (row * n), stateRow = state + (row * n);
            if (TVectors.Value > 1) terms.Apply(g0, wRow, stateRow);
            if (TVectors.Value > 2) terms.Apply(g1, wRow + TLanes.Width, stateRow + TLanes.Width);
            if (TVectors.Value > 3) terms.Apply(g2, wRow + (2 * TLanes.Width), stateRow + (2 * TLanes.Width));
            terms.Apply(last, wRow + toLast, stateRow + toLast);
        }
    }

    /// <summary>w = w + (Change w + StateToW v + gradientToW g), and v = ToState w + StateToState v + gradientToState g.</summary>
    private readonly struct Terms<TTerms>(in RowMap<T> map, T gradientToW, T gradientToState)
        where TTerms : struct, ICount
    {
        private readonly TVector _change = TLanes.Broadcast(map.Change), _stateToW = TLanes.Broadcast(map.StateToW);
        private readonly TVector _toState = TLanes.Broadcast(map.ToState), _stateToState = TLanes.Broadcast(map.StateToState);
        private readonly TVector _gradientToW = TLanes.Broadcast(gradientToW), _gradientToState = TLanes.Broadcast(gradientToState);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(TVector g, T* wAt, T* stateAt)
        {
            TVector w = TLanes.Load(wAt), change = TLanes.Multiply(_change, w);
            if (TTerms.Value > 2)
            {
                TVector v = TLanes.Load(stateAt);
                change = TLanes.MultiplyAdd(_stateToW, v, change);
                v = TLanes.MultiplyAdd(_stateToState, v, TLanes.Multiply(_toState, w));
                TLanes.Store(TLanes.MultiplyAdd(_gradientToState, g, v), stateAt);
            }

            TLanes.Store(TLanes.Add(w, TLanes.MultiplyAdd(_gradientToW, g, change)), wAt);
        }
    }
}
