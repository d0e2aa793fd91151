using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

/// <summary>Every operation's bprop rule against central differences in double, first, second and mixed derivatives.</summary>
[TestClass]
public class GradientTests
{
    public static IEnumerable<object[]> Cases() =>
        ((IEnumerable<GradientCase>)[.. ArithmeticCases.All(), .. FunctionCases.All(), .. LayoutCases.All(), .. LossCases.All()])
            .Select(c => new object[] { c });

    public static string CaseName(System.Reflection.MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(CaseName))]
    public void First_derivatives_equal_central_differences(GradientCase tested)
    {
        (Variable z, Variable[] x, Dictionary<Variable, double[]> values) = tested.Setup();
        CheckGradient(z, values, GradientCase.Rows, x);
    }

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(CaseName))]
    public void Second_and_mixed_derivatives_equal_differences_of_the_gradient(GradientCase tested)
    {
        (Variable z, Variable[] x, Dictionary<Variable, double[]> values) = tested.Setup();
        CheckGradient(Slope(z, x, values), values, GradientCase.Rows, x);
    }

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(CaseName))]
    public void No_operation_and_no_derivative_allocates_when_it_runs(GradientCase tested)
    {
        (Variable z, Variable[] x, Dictionary<Variable, double[]> values) = tested.Setup();
        Variable slope = Slope(z, x, values);
        var plan = new Plan<double>([slope, .. Backpropagation.Gradients(slope, x)], GradientCase.Rows);
        using Workspace<double> workspace = plan.CreateWorkspace();
        foreach (Variable input in plan.Inputs)
            values[input].CopyTo(workspace.Input(input, GradientCase.Rows));
        var parameters = new double[plan.Graph.ParameterCount];
        workspace.Run(parameters, [], GradientCase.Rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        workspace.Run(parameters, [], GradientCase.Rows);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // The derivative of z in a random direction, whose gradient is a Hessian-vector product.
    private static Variable Slope(Variable z, Variable[] x, Dictionary<Variable, double[]> values)
    {
        Variable slope = z.Graph.Constant(0);
        var random = new Random(7);
        foreach ((int i, Variable gradient) in Backpropagation.Gradients(z, x).Index())
        {
            Variable direction = z.Graph.Input($"direction{i}", gradient.Shape);
            values[direction] = RandomValues(random, gradient.Shape.Count(GradientCase.Rows));
            slope += Op.Sum(gradient * direction);
        }

        return slope;
    }
}
