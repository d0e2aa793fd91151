using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Puts the trainers of BackpropMLNet beside ML.NET's own.</summary>
public static class BackpropCatalog
{
    /// <summary>
    /// Makes a <see cref="BackpropMlpTrainer"/>, which predicts one of several classes with a multilayer perceptron. It logs to
    /// <see cref="MLContext.Log"/> and draws its seed from the context.
    /// </summary>
    /// <param name="catalog">The multiclass classification trainers.</param>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for one layer of 100.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static BackpropMlpTrainer BackpropMlp(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        int numberOfIterations = BackpropMlpOptions.Defaults.NumberOfIterations,
        double learningRate = BackpropMlpOptions.Defaults.LearningRate,
        double l2Regularization = BackpropMlpOptions.Defaults.L2Regularization) =>
        catalog.BackpropMlp(new BackpropMlpTrainer.Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization));

    /// <summary>Makes a <see cref="BackpropMlpTrainer"/> with all settings.</summary>
    /// <param name="catalog">The multiclass classification trainers.</param>
    /// <param name="options">The settings; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BackpropMlpTrainer BackpropMlp(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, BackpropMlpTrainer.Options options)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(options, nameof(options));
        return new BackpropMlpTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Makes a <see cref="BackpropMlpBinaryTrainer"/>, which predicts whether something holds with a multilayer perceptron. It logs to
    /// <see cref="MLContext.Log"/> and draws its seed from the context.
    /// </summary>
    /// <param name="catalog">The binary classification trainers.</param>
    /// <param name="labelColumnName">The label column, <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for one layer of 100.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static BackpropMlpBinaryTrainer BackpropMlp(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        int numberOfIterations = BackpropMlpOptions.Defaults.NumberOfIterations,
        double learningRate = BackpropMlpOptions.Defaults.LearningRate,
        double l2Regularization = BackpropMlpOptions.Defaults.L2Regularization) =>
        catalog.BackpropMlp(new BackpropMlpBinaryTrainer.Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization));

    /// <summary>Makes a <see cref="BackpropMlpBinaryTrainer"/> with all settings.</summary>
    /// <param name="catalog">The binary classification trainers.</param>
    /// <param name="options">The settings; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BackpropMlpBinaryTrainer BackpropMlp(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, BackpropMlpBinaryTrainer.Options options)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(options, nameof(options));
        return new BackpropMlpBinaryTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Makes a <see cref="BackpropMlpRegressionTrainer"/>, which predicts a number, or several with a multilayer perceptron. It logs to
    /// <see cref="MLContext.Log"/> and draws its seed from the context.
    /// </summary>
    /// <param name="catalog">The regression trainers.</param>
    /// <param name="labelColumnName">The label column, <see cref="float"/> or a vector of it of known size.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for one layer of 100.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static BackpropMlpRegressionTrainer BackpropMlp(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        int numberOfIterations = BackpropMlpOptions.Defaults.NumberOfIterations,
        double learningRate = BackpropMlpOptions.Defaults.LearningRate,
        double l2Regularization = BackpropMlpOptions.Defaults.L2Regularization) =>
        catalog.BackpropMlp(new BackpropMlpRegressionTrainer.Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization));

    /// <summary>Makes a <see cref="BackpropMlpRegressionTrainer"/> with all settings.</summary>
    /// <param name="catalog">The regression trainers.</param>
    /// <param name="options">The settings; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BackpropMlpRegressionTrainer BackpropMlp(
        this RegressionCatalog.RegressionTrainers catalog, BackpropMlpRegressionTrainer.Options options)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(options, nameof(options));
        return new BackpropMlpRegressionTrainer(CatalogUtils.GetEnvironment(catalog), options);
    }
}
