using System.Reflection;

namespace Microsoft.ML.Runtime;

public sealed class ComponentCatalog
{
    private const BindingFlags AnyVisibility = BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _registered = [];
    private readonly Dictionary<(string Name, Type Signature), Loadable> _loadables = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_registered.Add(assembly.FullName))
                return;
            foreach (LoadableClassAttributeBase attribute in assembly.GetCustomAttributes<LoadableClassAttributeBase>())
                Register(attribute, throwOnError);
        }
    }

    internal static bool TryCreateInstance<TRes, TSig>(
        IHostEnvironment env, out TRes result, string name, string options, params object[] extra)
        where TRes : class
    {
        Contracts.CheckValue(env, nameof(env));
        result = env.ComponentCatalog.Find(name, typeof(TSig))?.Create(env, extra) as TRes;
        return result is not null;
    }

    private Loadable Find(string name, Type signature)
    {
        lock (_lock)
            return _loadables.GetValueOrDefault((name.Trim().ToLowerInvariant(), signature));
    }

    private void Register(LoadableClassAttributeBase attribute, bool throwOnError)
    {
        MethodBase maker = FindMaker(attribute, out bool takesEnvironment);
        if (maker is null && throwOnError)
            throw Contracts.Except(
                $"Can't instantiate loadable class '{attribute.InstanceType.Name}' with name '{attribute.LoadNames[0]}'");
        foreach (string name in attribute.LoadNames)
        {
            bool added = _loadables.TryAdd((name.ToLowerInvariant(), attribute.SigTypes[0]), new Loadable(maker, takesEnvironment));
            if (!added && throwOnError)
            {
                throw Contracts.Except(
                    $"ComponentCatalog cannot map name '{name}' and SignatureType '{attribute.SigTypes[0]}' to {attribute.InstanceType.Name}, "
                    + "already mapped.");
            }
        }
    }

    // Either a constructor or a static Create makes the instance; of two candidates the more visible one does.
    private static MethodBase FindMaker(LoadableClassAttributeBase attribute, out bool takesEnvironment)
    {
        Type[] parameters = attribute.CtorTypes;
        Type[] withEnvironment = [typeof(IHostEnvironment), .. parameters];
        Type loader = attribute.LoaderType;
        MethodBase constructor = attribute.InstanceType.IsAssignableFrom(loader)
            ? FindConstructor(parameters) ?? FindConstructor(withEnvironment)
            : null;
        MethodInfo create = FindCreate(parameters) ?? FindCreate(withEnvironment);
        if (constructor is not null && create is not null)
        {
            int difference = Visibility(constructor) - Visibility(create);
            if (difference == 0)
            {
                throw Contracts.Except(
                    $"Can't load type {attribute.InstanceType}, because it has both create and constructor methods with the same visibility. "
                    + "Please indicate which one should be used by changing either the signature or the visibility of one of them.");
            }
            if (difference < 0)
                constructor = null;
        }
        MethodBase maker = constructor ?? create;
        takesEnvironment = maker?.GetParameters().Length > parameters.Length;
        return maker;

        ConstructorInfo FindConstructor(Type[] types) => loader.GetConstructor(BindingFlags.Instance | AnyVisibility, types);

        MethodInfo FindCreate(Type[] types)
        {
            MethodInfo found = loader.GetMethod("Create", BindingFlags.Static | BindingFlags.DeclaredOnly | AnyVisibility, types);
            return found?.ReturnType == attribute.InstanceType ? found : null;
        }
    }

    private static int Visibility(MethodBase method)
        => method.IsPublic ? 4 : method.IsAssembly ? 3 : method.IsFamilyOrAssembly ? 2 : method.IsFamily ? 1 : 0;

    private sealed record Loadable(MethodBase Maker, bool TakesEnvironment)
    {
        public object Create(IHostEnvironment env, object[] extra)
        {
            object[] arguments = TakesEnvironment ? [env, .. extra] : extra;
            try
            {
                return Maker is ConstructorInfo constructor ? constructor.Invoke(arguments) : Maker.Invoke(null, arguments);
            }
            catch (TargetInvocationException ex) when (ex.InnerException?.IsMarked() == true)
            {
                throw Contracts.Except(null, ex, "Error during class instantiation");
            }
        }
    }
}
