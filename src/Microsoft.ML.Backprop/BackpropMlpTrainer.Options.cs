using System.Globalization;
using Backprop.Training;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

public sealed partial class BackpropMlpTrainer
{
    /// <summary>The settings of a <see cref="BackpropMlpTrainer"/>.</summary>
    public sealed class Options : TrainerInputBaseWithWeight
    {
        /// <summary>The units of each hidden layer, each 1 or more; none makes a softmax regression. Default one layer of 100.</summary>
        public int[] HiddenLayers = [Defaults.HiddenUnits];

        /// <summary>The number of passes over the training data, 1 or more. Default <see cref="Defaults.NumberOfIterations"/>.</summary>
        public int NumberOfIterations = Defaults.NumberOfIterations;

        /// <summary>The rows of a minibatch, 1 or more; the last of a pass may have fewer. Default <see cref="Defaults.BatchSize"/>.</summary>
        public int BatchSize = Defaults.BatchSize;

        /// <summary>What turns gradients into steps. Default <see cref="OptimizerKind.Sgd"/>.</summary>
        public OptimizerKind Optimizer = OptimizerKind.Sgd;

        /// <summary>The step size, above 0 and finite; for Adam and AdamW 0.001 is usual. Default <see cref="Defaults.LearningRate"/>.</summary>
        public double LearningRate = Defaults.LearningRate;

        /// <summary>The momentum of SGD, 0 to below 1. Default <see cref="Defaults.Momentum"/>.</summary>
        public double Momentum = Defaults.Momentum;

        /// <summary>
        /// How much of the gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default <see cref="Defaults.Beta1"/>.
        /// </summary>
        public double Beta1 = Defaults.Beta1;

        /// <summary>
        /// How much of the squared gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default <see cref="Defaults.Beta2"/>.
        /// </summary>
        public double Beta2 = Defaults.Beta2;

        /// <summary>
        /// What Adam and AdamW add to the root of the squared gradients' mean, above 0 and finite. Default <see cref="Defaults.Epsilon"/>.
        /// </summary>
        public double Epsilon = Defaults.Epsilon;

        /// <summary>
        /// The decoupled weight decay of AdamW, 0 or more and finite; biases are not decayed. <see cref="L2Regularization"/>
        /// counts besides. Default <see cref="Defaults.WeightDecay"/>.
        /// </summary>
        public double WeightDecay = Defaults.WeightDecay;

        /// <summary>
        /// The factor of the sum of the squared weights in the cost, 0 or more and finite; biases are not decayed. PyTorch's
        /// <c>weight_decay</c> is twice this. Default <see cref="Defaults.L2Regularization"/>.
        /// </summary>
        public double L2Regularization = Defaults.L2Regularization;

        /// <summary>
        /// The number of threads, 1 or more; null for the number of processors. The result is the same bits at any number. Default null.
        /// </summary>
        public int? NumberOfThreads;

        /// <summary>
        /// The seed of initial weights and shuffles: equal seeds give equal bits on one kind of machine. Where it is null, a
        /// trainer made from an <see cref="MLContext"/> draws one from there when it is made, and any other uses 0. Default null.
        /// </summary>
        public int? Seed;

        /// <summary>Makes settings with the defaults.</summary>
        public Options()
        {
        }

        internal Options(string labelColumnName, string featureColumnName, string? exampleWeightColumnName,
            int[]? hiddenLayers, int numberOfIterations, double learningRate, double l2Regularization)
        {
            LabelColumnName = labelColumnName;
            FeatureColumnName = featureColumnName;
            ExampleWeightColumnName = exampleWeightColumnName;
            HiddenLayers = hiddenLayers ?? HiddenLayers;
            NumberOfIterations = numberOfIterations;
            LearningRate = learningRate;
            L2Regularization = l2Regularization;
        }

        /// <summary>The defaults of the options.</summary>
        public static class Defaults
        {
            /// <summary>The units of the one hidden layer.</summary>
            public const int HiddenUnits = 100;

            /// <summary>The number of passes over the training data.</summary>
            public const int NumberOfIterations = 50;

            /// <summary>The rows of a minibatch.</summary>
            public const int BatchSize = 32;

            /// <summary>The step size.</summary>
            public const double LearningRate = 0.01;

            /// <summary>The momentum of SGD.</summary>
            public const double Momentum = 0.9;

            /// <summary>How much of the gradients' mean stays from step to step of Adam and AdamW.</summary>
            public const double Beta1 = 0.9;

            /// <summary>How much of the squared gradients' mean stays from step to step of Adam and AdamW.</summary>
            public const double Beta2 = 0.999;

            /// <summary>What Adam and AdamW add to the root of the squared gradients' mean.</summary>
            public const double Epsilon = 1e-8;

            /// <summary>The decoupled weight decay of AdamW.</summary>
            public const double WeightDecay = 0.01;

            /// <summary>The factor of the sum of the squared weights in the cost.</summary>
            public const double L2Regularization = 1e-5;
        }

        internal void Check()
        {
            RequireName(FeatureColumnName, nameof(FeatureColumnName));
            RequireName(LabelColumnName, nameof(LabelColumnName));
            if (ExampleWeightColumnName is not null)
                RequireName(ExampleWeightColumnName, nameof(ExampleWeightColumnName));
            Require(HiddenLayers is not null, nameof(HiddenLayers), "null", "an array of layer sizes, which may be empty");
            foreach (int units in HiddenLayers!)
                Require(units >= 1, nameof(HiddenLayers), units, "1 or more units in each layer");
            Require(NumberOfIterations >= 1, nameof(NumberOfIterations), NumberOfIterations, "1 or more");
            Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
            Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0 and finite");
            Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "at least 0 and below 1");
            Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, string.Join(", ", Enum.GetNames<OptimizerKind>()));
            Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
            Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
            Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "above 0 and finite");
            Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more and finite");
            Require(L2Regularization >= 0 && double.IsFinite(L2Regularization), nameof(L2Regularization), L2Regularization, "0 or more and finite");
            Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads ?? 0, "1 or more, or null");
        }

        private static void RequireName(string? value, string name) =>
            Require(!string.IsNullOrWhiteSpace(value), name, value is null ? "null" : $"'{value}'", "the name of a column");

        private static void Require(bool holds, string name, IConvertible value, string range)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(
                    name, value, $"{name} is {value.ToString(CultureInfo.InvariantCulture)}; it must be {range}.");
        }
    }
}
