namespace Microsoft.ML.Backprop;

public sealed partial class BackpropMlpTrainer
{
    /// <summary>The settings of a <see cref="BackpropMlpTrainer"/>.</summary>
    public sealed class Options : BackpropMlpClassifierOptions
    {
        /// <summary>Makes settings with the defaults.</summary>
        public Options()
        {
        }

        internal Options(string labelColumnName, string featureColumnName, string? exampleWeightColumnName,
            int[]? hiddenLayers, int numberOfIterations, double learningRate, double l2Regularization) =>
            Set(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization);
    }
}
