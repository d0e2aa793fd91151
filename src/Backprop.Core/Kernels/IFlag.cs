namespace Backprop.Kernels;

/// <summary>A condition that is known when code is compiled: a loop for it does not ask.</summary>
internal interface IFlag
{
    static abstract bool Value { get; }
}

/// <summary>It holds.</summary>
internal readonly struct Yes : IFlag
{
    public static bool Value => true;
}

/// <summary>It does not hold.</summary>
internal readonly struct No : IFlag
{
    public static bool Value => false;
}
