using Backprop.Networks;
using Backprop.Training;

namespace Microsoft.ML.Backprop;

/// <summary>What is wrong with a predicted number.</summary>
public enum RegressionLoss
{
    /// <summary>The squared error: predicts means. <see cref="SquaredLoss"/>.</summary>
    Squared,

    /// <summary>The absolute error: predicts medians. <see cref="AbsoluteLoss"/>.</summary>
    Absolute,

    /// <summary>Huber's loss: large errors count in proportion. <see cref="HuberLoss"/>.</summary>
    Huber,

    /// <summary>
    /// Half the deviance of counts: predicts means, and labels are 0 or more. <see cref="PoissonLoss"/>. It is an exponential of what the
    /// network computes, and so diverges more readily than others: <see cref="BackpropMlpOptions.GradientClipping"/> of 1, or Adam, helps.
    /// </summary>
    Poisson,

    /// <summary>Predicts a quantile. <see cref="QuantileLoss"/>.</summary>
    Quantile,
}

public sealed partial class BackpropMlpRegressionTrainer
{
    /// <summary>The settings of a <see cref="BackpropMlpRegressionTrainer"/>.</summary>
    public sealed class Options : BackpropMlpOptions
    {
        /// <summary>
        /// What is wrong with a prediction; of several targets the losses are added up. Labels are brought to mean 0 and variance 1
        /// first, counts to mean 1, and predictions back. Default <see cref="RegressionLoss.Squared"/>.
        /// </summary>
        public RegressionLoss LossFunction = RegressionLoss.Squared;

        /// <summary>Where Huber's loss goes from squared to linear, in standard deviations of the label, above 0 and finite. Default 1.</summary>
        public double HuberDelta = 1;

        /// <summary>The quantile that <see cref="RegressionLoss.Quantile"/> predicts, above 0 and below 1. Default 0.5, the median.</summary>
        public double Quantile = 0.5;

        /// <summary>Makes settings with the defaults.</summary>
        public Options()
        {
        }

        internal Options(string labelColumnName, string featureColumnName, string? exampleWeightColumnName,
            int[]? hiddenLayers, int numberOfIterations, double learningRate, double l2Regularization) =>
            Set(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization);

        internal override MlpOptions CreateOptions()
        {
            Require(Enum.IsDefined(LossFunction), nameof(LossFunction), LossFunction, string.Join(", ", Enum.GetNames<RegressionLoss>()));
            Require(HuberDelta > 0 && double.IsFinite(HuberDelta), nameof(HuberDelta), HuberDelta, "above 0 and finite");
            Require(Quantile is > 0 and < 1, nameof(Quantile), Quantile, "above 0 and below 1");
            return Fill(new MlpRegressorOptions
            {
                Loss = LossFunction switch
                {
                    RegressionLoss.Absolute => new AbsoluteLoss(),
                    RegressionLoss.Huber => new HuberLoss(HuberDelta),
                    RegressionLoss.Poisson => new PoissonLoss(),
                    RegressionLoss.Quantile => new QuantileLoss(Quantile),
                    _ => new SquaredLoss(),
                },
            });
        }
    }
}
