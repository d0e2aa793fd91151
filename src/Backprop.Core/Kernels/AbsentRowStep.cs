namespace Backprop.Kernels;

/// <summary>
/// What one step does to a parameter w and its state v where the gradient is a multiple of w: a linear map of both.
/// </summary>
/// <param name="W">What of w there is in the next w.</param>
/// <param name="V">What of v there is in the next w.</param>
/// <param name="StateW">What of w there is in the next v.</param>
/// <param name="StateV">What of v there is in the next v.</param>
internal readonly record struct AbsentRowStep(double W, double V, double StateW, double StateV)
{
    /// <summary>A step of an optimizer that has no state, or leaves that of absent rows as it is.</summary>
    public AbsentRowStep(double w)
        : this(w, 0, 0, 1)
    {
    }

    /// <summary>Whether absent rows stay as they are.</summary>
    public bool ChangesNothing => this == new AbsentRowStep(1);
}
