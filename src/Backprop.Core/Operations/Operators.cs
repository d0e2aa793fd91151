using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>Lets graphs be written as algebra: <c>x * w + b</c>.</summary>
public static class Operators
{
    extension(Variable)
    {
        /// <summary>a + b, element by element with broadcasting.</summary>
        public static Variable operator +(Variable a, Variable b) => Op.Add(a, b);

        /// <summary>a - b, element by element with broadcasting.</summary>
        public static Variable operator -(Variable a, Variable b) => Op.Subtract(a, b);

        /// <summary>a b, element by element with broadcasting.</summary>
        public static Variable operator *(Variable a, Variable b) => Op.Multiply(a, b);

        /// <summary>a / b, element by element with broadcasting.</summary>
        public static Variable operator /(Variable a, Variable b) => Op.Divide(a, b);

        /// <summary>A number times x.</summary>
        public static Variable operator *(double factor, Variable x) => Op.Scale(x, factor);

        /// <summary>x times a number.</summary>
        public static Variable operator *(Variable x, double factor) => Op.Scale(x, factor);

        /// <summary>x + a number.</summary>
        public static Variable operator +(Variable x, double number) => Op.Add(x, Constant(x, number));

        /// <summary>x - a number.</summary>
        public static Variable operator -(Variable x, double number) => Op.Subtract(x, Constant(x, number));

        /// <summary>A number - x.</summary>
        public static Variable operator -(double number, Variable x) => Op.Subtract(Constant(x, number), x);

        /// <summary>-x.</summary>
        public static Variable operator -(Variable x) => Op.Negate(x);
    }

    private static Variable Constant(Variable x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Graph.Constant(number);
    }
}
