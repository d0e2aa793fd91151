namespace Backprop.Optimizers;

/// <summary>
/// The line search of Nocedal and Wright, Numerical Optimization (2nd edition), algorithms 3.5 and 3.6: finds a step at which a function
/// is sufficiently less than at 0, and its slope sufficiently flatter (the strong Wolfe conditions, equation 3.7).
/// </summary>
internal static class StrongWolfe
{
    /// <summary>How much of the decrease that the slope at 0 promises there has to be: c1 of the book.</summary>
    public const double Decrease = 1e-4;

    /// <summary>How much of the slope at 0 may be left: c2 of the book, for quasi-Newton directions.</summary>
    public const double Flatness = 0.9;

    /// <summary>The most points that are looked at.</summary>
    public const int MostEvaluations = 20;

    /// <summary>Searches.</summary>
    /// <param name="at">The function's value and slope at a step above 0. Where one is not finite, the step is too long.</param>
    /// <param name="value">The value at 0.</param>
    /// <param name="slope">The slope at 0, below 0.</param>
    /// <param name="first">The first step to look at, above 0.</param>
    /// <returns>
    /// A step that meets both conditions; where none is found in time, the best that meets the first; 0 where there is none, as at a minimum
    /// to the precision of the values.
    /// </returns>
    public static double Find(Func<double, (double Value, double Slope)> at, double value, double slope, double first)
    {
        Point start = new(0, value, slope), last = start;
        int left = MostEvaluations;
        for (double step = first; left > 0; step *= 2)
        {
            Point point = Evaluate(step);
            if (IsTooHigh(point) || point.Value >= last.Value)
                return Zoom(last, point);
            if (IsFlat(point))
                return step;
            if (point.Slope >= 0)
                return Zoom(point, last);
            last = point;
        }

        return last.Step;

        // Between two points, of which low meets the first condition and goes down towards high: there is a step that meets both.
        double Zoom(Point low, Point high)
        {
            while (left > 0)
            {
                Point point = Evaluate(Between(low, high));
                if (IsTooHigh(point) || point.Value >= low.Value)
                {
                    high = point;
                    continue;
                }

                if (IsFlat(point))
                    return point.Step;
                if (point.Slope * (high.Step - low.Step) >= 0)
                    high = low;
                low = point;
            }

            return low.Step;
        }

        Point Evaluate(double step)
        {
            left--;
            (double v, double s) = at(step);
            return new Point(step, v, s);
        }

        bool IsTooHigh(Point point) => !point.IsFinite || point.Value > value + (Decrease * point.Step * slope);

        bool IsFlat(Point point) => Math.Abs(point.Slope) <= -Flatness * slope;
    }

    /// <summary>
    /// Where the cubic through both has its minimum (equation 3.59), but no nearer to either than a tenth of the way; that near to low
    /// where high is not finite, and tells nothing but that it is too far.
    /// </summary>
    private static double Between(Point low, Point high)
    {
        double way = high.Step - low.Step, share = 0.1;
        if (high.IsFinite)
        {
            double d1 = low.Slope + high.Slope - (3 * (high.Value - low.Value) / way);
            double d2 = Math.CopySign(Math.Sqrt((d1 * d1) - (low.Slope * high.Slope)), way);
            share = 1 - ((high.Slope + d2 - d1) / (high.Slope - low.Slope + (2 * d2)));
            share = double.IsFinite(share) ? Math.Clamp(share, 0.1, 0.9) : 0.5;
        }

        return low.Step + (share * way);
    }

    private readonly record struct Point(double Step, double Value, double Slope)
    {
        public bool IsFinite => double.IsFinite(Value) && double.IsFinite(Slope);
    }
}
