using System.Reflection;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;
using Backprop.Optimizers;

namespace Backprop.Tests.Systems;

/// <summary>Row 15: w = w - eta grad, SGD apart from back-propagation: optimizers know nothing of graphs, graphs nothing of optimizers.</summary>
[TestClass]
public class Row15GradientStep
{
    [TestMethod]
    public void A_step_is_w_minus_eta_times_the_gradient_wherever_that_comes_from()
    {
        double[] w = [1, -2, 0.5];
        new Sgd<double>([new ParameterSegment("w", 0, 3, 3)], learningRate: 0.1).Step(w, [10, -10, 0]);
        CollectionAssert.AreEqual(new double[] { 0, -1, 0.5 }, w);
    }

    [TestMethod]
    public void Neither_names_a_type_of_the_other()
    {
        Type[] types = typeof(Variable).Assembly.GetTypes();
        string[] engine = [typeof(Variable).Namespace!, typeof(MatMul).Namespace!, "Backprop.Execution"];
        foreach (Type type in types)
        {
            string[] named = [.. Named(type).Select(t => t.Namespace ?? "")];
            if (engine.Contains(type.Namespace))
                CollectionAssert.DoesNotContain(named, typeof(Sgd<>).Namespace, $"{type}");
            if (type.Namespace == typeof(Sgd<>).Namespace)
                Assert.IsFalse(named.Any(engine.Contains), $"{type}");
        }
    }

    // The types in a type's fields, and in the signatures and locals of its methods.
    private static IEnumerable<Type> Named(Type type)
    {
        const BindingFlags all =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in type.GetFields(all))
            yield return field.FieldType;
        foreach (MethodBase method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
        {
            foreach (ParameterInfo parameter in method.GetParameters())
                yield return parameter.ParameterType;
            foreach (LocalVariableInfo local in method.GetMethodBody()?.LocalVariables ?? [])
                yield return local.LocalType;
        }
    }
}
