using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class SeedTests
{
    [TestMethod]
    public void A_trainer_without_a_context_is_deterministic_with_seed_0()
    {
        IDataView data = KeyedPoints(new MLContext());
        float[] one = Train(new BackpropMlpTrainer(NoSeed()), data);
        CollectionAssert.AreEqual(one, Train(new BackpropMlpTrainer(NoSeed()), data));
        CollectionAssert.AreEqual(one, Train(new BackpropMlpTrainer(WithSeed(0)), data));
        CollectionAssert.AreNotEqual(one, Train(new BackpropMlpTrainer(WithSeed(1)), data));
    }

    [TestMethod]
    public void Two_fits_of_one_trainer_give_the_same_bits()
    {
        var mlContext = new MLContext();
        IDataView data = KeyedPoints(mlContext);
        BackpropMlpTrainer trainer = mlContext.MulticlassClassification.Trainers.BackpropMlp(NoSeed());
        CollectionAssert.AreEqual(Train(trainer, data), Train(trainer, data));
    }

    [TestMethod]
    public void A_trainer_of_a_context_draws_its_seed_from_it_when_it_is_made()
    {
        float[] one = First(seed: 5);
        CollectionAssert.AreEqual(one, First(seed: 5));
        CollectionAssert.AreNotEqual(one, First(seed: 6));

        var mlContext = new MLContext(seed: 5);
        IDataView data = KeyedPoints(mlContext);
        float[] a = Train(mlContext.MulticlassClassification.Trainers.BackpropMlp(NoSeed()), data);
        float[] b = Train(mlContext.MulticlassClassification.Trainers.BackpropMlp(NoSeed()), data);
        CollectionAssert.AreNotEqual(a, b, "each trainer draws a seed of its own");

        float[] x = Train(mlContext.MulticlassClassification.Trainers.BackpropMlp(WithSeed(3)), data);
        float[] y = Train(new MLContext(seed: 9).MulticlassClassification.Trainers.BackpropMlp(WithSeed(3)), data);
        CollectionAssert.AreEqual(x, y, "Options.Seed goes first");

        static float[] First(int seed)
        {
            var mlContext = new MLContext(seed);
            return Train(mlContext.MulticlassClassification.Trainers.BackpropMlp(NoSeed()), KeyedPoints(mlContext));
        }
    }

    [TestMethod]
    public void The_number_of_threads_changes_no_bit()
    {
        IDataView digits = Digits(new MLContext());
        IDataView data = Prepare(new MLContext()).Fit(digits).Transform(digits);
        float[] one = Train(new BackpropMlpTrainer(Wide(1)), data);
        CollectionAssert.AreEqual(one, Train(new BackpropMlpTrainer(Wide(2)), data));
        CollectionAssert.AreEqual(one, Train(new BackpropMlpTrainer(Wide(3)), data));
        CollectionAssert.AreEqual(one, Train(new BackpropMlpTrainer(Wide(null)), data));

        static BackpropMlpTrainer.Options Wide(int? threads) =>
            new() { HiddenLayers = [256, 128], BatchSize = 128, NumberOfIterations = 2, NumberOfThreads = threads };
    }

    private static BackpropMlpTrainer.Options NoSeed() => WithSeed(null);

    private static BackpropMlpTrainer.Options WithSeed(int? seed)
    {
        BackpropMlpTrainer.Options options = Quick();
        options.Seed = seed;
        return options;
    }

    private static float[] Train(BackpropMlpTrainer trainer, IDataView data) => Parameters(trainer.Fit(data).Model);
}
