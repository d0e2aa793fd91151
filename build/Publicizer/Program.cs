// Writes copies of assemblies in which everything internal is public, for the compiler's eyes only.
// Usage: Publicizer OUTPUT_FOLDER ASSEMBLY ... [--beside ASSEMBLY ...]
// ML.NET keeps the members that a trainer needs internal; the adapter compiles against such copies and runs on the
// untouched assemblies (see IgnoresAccessChecksToAttribute in src/Microsoft.ML.Backprop).

using Mono.Cecil;

string output = args[0];
string[] assemblies = [.. args.Skip(1).TakeWhile(a => a != "--beside")];

using var resolver = new DefaultAssemblyResolver();
foreach (string folder in args.Skip(1).Where(a => a != "--beside").Select(a => Path.GetDirectoryName(Path.GetFullPath(a))!).Distinct())
    resolver.AddSearchDirectory(folder);

Directory.CreateDirectory(output);
foreach (string path in assemblies)
{
    using var module = ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver });
    foreach (TypeDefinition type in module.GetTypes())
        Publicize(type);
    module.Write(Path.Combine(output, Path.GetFileName(path)));
}

static void Publicize(TypeDefinition type)
{
    if (type.IsNotPublic)
        type.IsPublic = true;
    else if (type.IsNestedAssembly || type.IsNestedFamilyAndAssembly)
        type.IsNestedPublic = true;

    // "internal" and "private protected" become public; "protected" stays, or an override in user code would no longer match.
    foreach (MethodDefinition method in type.Methods.Where(m => m.IsAssembly || m.IsFamilyAndAssembly))
        method.IsPublic = true;
    foreach (FieldDefinition field in type.Fields.Where(f => f.IsAssembly || f.IsFamilyAndAssembly))
        field.IsPublic = true;
}
