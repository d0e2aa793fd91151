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

        /// <summary>-x.</summary>
        public static Variable operator -(Variable x) => Op.Negate(x);
    }
}
