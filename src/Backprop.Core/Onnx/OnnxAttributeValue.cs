namespace Backprop.Onnx;

/// <summary>An attribute of a node: a fixed number that its operator needs.</summary>
/// <param name="Name">The name that the operator's specification gives it.</param>
public abstract record OnnxAttributeValue(string Name);

/// <summary>A whole number.</summary>
/// <param name="Name">The name that the operator's specification gives it.</param>
/// <param name="Value">The number.</param>
public sealed record OnnxInteger(string Name, long Value) : OnnxAttributeValue(Name);

/// <summary>Several whole numbers.</summary>
/// <param name="Name">The name that the operator's specification gives it.</param>
/// <param name="Values">The numbers.</param>
public sealed record OnnxIntegers(string Name, IReadOnlyList<long> Values) : OnnxAttributeValue(Name);

/// <summary>A number.</summary>
/// <param name="Name">The name that the operator's specification gives it.</param>
/// <param name="Value">The number.</param>
public sealed record OnnxNumber(string Name, float Value) : OnnxAttributeValue(Name);
