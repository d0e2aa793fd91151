#if MLNET_PACKAGE
using Mono.Cecil;

namespace Microsoft.ML.Backprop.Tests.StandIn;

/// <summary>
/// Compares the types and members of an assembly of the stand-in with those of ML.NET. Exempt is what no user and no adapter
/// sees: private members, private nested types, what the compiler makes, and the internal namespace Microsoft.ML.Offline.
/// </summary>
internal sealed class Walk(ModuleDefinition real, List<string> faults)
{
    private const string OwnNamespace = "Microsoft.ML.Offline";

    public int Members { get; private set; }

    public void Through(ModuleDefinition standIn)
    {
        foreach (TypeDefinition type in standIn.GetTypes().Where(t => !IsExempt(t)))
        {
            if (real.GetType(type.FullName) is TypeDefinition twin)
                Compare(type, twin);
            else
                faults.Add($"{type.FullName}: no such type in {real.Name}");
        }
    }

    private static bool IsExempt(TypeDefinition type)
        => type.Name.Contains('<')
            || type.IsNestedPrivate
            || (type.Namespace == OwnNamespace && type.IsNotPublic)
            || (type.Namespace is "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis")
            || (type.DeclaringType is not null && IsExempt(type.DeclaringType));

    private void Compare(TypeDefinition type, TypeDefinition twin)
    {
        const TypeAttributes Shape = TypeAttributes.VisibilityMask | TypeAttributes.Interface | TypeAttributes.Sealed | TypeAttributes.Abstract;
        string name = type.FullName;
        Expect(
            (type.Attributes & Shape) == (twin.Attributes & Shape) && type.IsValueType == twin.IsValueType,
            name,
            "other accessibility or kind");
        Expect(Parameters(type).SequenceEqual(Parameters(twin)), name, "other type parameters");
        Expect(
            type.BaseType is null || Bases(twin).Any(b => b.BaseType?.FullName == type.BaseType.FullName),
            name,
            $"ML.NET's does not derive from {type.BaseType}");
        HashSet<string> interfaces = [.. Bases(twin).SelectMany(b => b.Interfaces).Select(i => i.InterfaceType.FullName)];
        foreach (TypeReference implemented in type.Interfaces.Select(i => i.InterfaceType).Where(i => i.Namespace != OwnNamespace))
            Expect(interfaces.Contains(implemented.FullName), name, $"ML.NET's does not implement {implemented}");

        HashSet<string> fields = [.. twin.Fields.Select(Signature)];
        foreach (FieldDefinition field in type.Fields.Where(f => !f.IsPrivate && !f.Name.Contains('<')))
            Expect(fields.Contains(Signature(field)), Signature(field), "no such field");
        HashSet<string> methods = [.. Bases(twin).SelectMany(b => b.Methods.Where(m => b == twin || !m.IsConstructor)).Select(Signature)];
        foreach (MethodDefinition method in type.Methods.Where(m => !m.IsPrivate && !m.Name.Contains('<')))
            Expect(methods.Contains(Signature(method)), name, $"no such method: {Signature(method)}");
        HashSet<string> properties = [.. Bases(twin).SelectMany(b => b.Properties).Select(p => p.Name)];
        foreach (PropertyDefinition property in type.Properties.Where(p => !(p.GetMethod ?? p.SetMethod).IsPrivate))
            Expect(properties.Contains(property.Name), name, $"no such property: {property.Name}");
        if (type.IsInterface && IsPublic(type))
            Expect(
                type.Methods.Count == twin.Methods.Count, name, "a public interface that whoever implements it must find whole");
    }

    private void Expect(bool holds, string name, string fault)
    {
        Members++;
        if (!holds)
            faults.Add($"{name}: {fault}");
    }

    private static bool IsPublic(TypeDefinition type)
        => type.IsNested ? type.IsNestedPublic && IsPublic(type.DeclaringType) : type.IsPublic;

    private static IEnumerable<TypeDefinition> Bases(TypeDefinition type)
    {
        for (TypeDefinition? at = type; at is not null; at = at.BaseType?.Resolve())
            yield return at;
    }

    private static IEnumerable<string> Parameters(IGenericParameterProvider generic) => generic.GenericParameters.Select(p =>
        $"{p.Name} {p.Attributes} {string.Join(",", p.Constraints.Select(c => c.ConstraintType.FullName).Order())}");

    private static string Signature(FieldDefinition field)
    {
        const FieldAttributes Shown = FieldAttributes.FieldAccessMask | FieldAttributes.Static | FieldAttributes.Literal | FieldAttributes.InitOnly;
        return $"{field.Attributes & Shown} {field.FullName} {field.Constant}";
    }

    private static string Signature(MethodDefinition method)
    {
        const MethodAttributes Shown = MethodAttributes.MemberAccessMask | MethodAttributes.Static;
        // Implementing an interface makes a method virtual too; what counts is what a derived class may override.
        bool overridable = method.IsVirtual && !method.IsFinal && !method.DeclaringType.IsSealed;
        string kind = $"{method.Attributes & Shown}{(overridable ? " virtual" : "")}{(method.IsAbstract ? " abstract" : "")}";
        string generic = string.Join("; ", Parameters(method));
        return $"{kind} {method.ReturnType.FullName} {method.Name}<{generic}>({string.Join(", ", method.Parameters.Select(Signature))})";
    }

    private static string Signature(ParameterDefinition parameter)
    {
        string modifier = parameter.IsOut ? "out "
            : parameter.CustomAttributes.Any(a => a.AttributeType.Name == "ParamArrayAttribute") ? "params "
            : "";
        return $"{modifier}{parameter.ParameterType.FullName} {parameter.Name}{(parameter.HasConstant ? $" = {parameter.Constant ?? "null"}" : "")}";
    }
}
#endif
