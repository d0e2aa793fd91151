namespace Backprop.Optimizers;

/// <summary>A function to make small, and its gradient: the same value for the same parameters each time, as of a whole data set.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="parameters">All parameters, flat; not to be changed.</param>
/// <param name="gradients">Takes their gradients, as many.</param>
/// <returns>The value; not finite where there is none.</returns>
public delegate double Objective<T>(ArraySegment<T> parameters, ArraySegment<T> gradients)
    where T : unmanaged;
