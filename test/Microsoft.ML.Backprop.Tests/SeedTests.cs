namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class SeedTests
{
    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_trainer_without_a_context_is_deterministic_with_seed_0(Kind kind)
    {
        float[] one = Train(kind, null);
        CollectionAssert.AreEqual(one, Train(kind, null));
        CollectionAssert.AreEqual(one, Train(kind, 0));
        CollectionAssert.AreNotEqual(one, Train(kind, 1));
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Two_fits_of_one_trainer_give_the_same_bits(Kind kind)
    {
        var mlContext = new MLContext();
        IDataView data = Family.Data(kind, mlContext);
        IEstimator<ITransformer> trainer = Family.Trainer(WithSeed(kind, null), mlContext);
        CollectionAssert.AreEqual(Family.Learned(trainer.Fit(data)).Parameters, Family.Learned(trainer.Fit(data)).Parameters);
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_trainer_of_a_context_draws_its_seed_from_it_when_it_is_made(Kind kind)
    {
        float[] one = Train(kind, null, new MLContext(seed: 5));
        CollectionAssert.AreEqual(one, Train(kind, null, new MLContext(seed: 5)));
        CollectionAssert.AreNotEqual(one, Train(kind, null, new MLContext(seed: 6)));

        var mlContext = new MLContext(seed: 5);
        CollectionAssert.AreNotEqual(Train(kind, null, mlContext), Train(kind, null, mlContext), "each trainer draws a seed of its own");
        CollectionAssert.AreEqual(Train(kind, 3, mlContext), Train(kind, 3, new MLContext(seed: 9)), "Options.Seed goes first");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void With_a_checkpoint_no_seed_is_drawn_so_that_another_process_goes_on(Kind kind)
    {
        string folder = Directory.CreateTempSubdirectory("backprop").FullName;
        BackpropMlpOptions options = Family.Options(kind);
        (options.Seed, options.CheckpointPath) = (null, Path.Combine(folder, "training.checkpoint"));
        IDataView data = Family.Data(kind, new MLContext());
        Assert.HasCount(2, Family.Learned(Family.Trainer(options, new MLContext()).Fit(data)).History.Epochs);
        options.NumberOfIterations = 3;
        float[] gone = Family.Learned(Family.Trainer(options, new MLContext()).Fit(data)).Parameters;
        (options.Seed, options.CheckpointPath) = (0, null);
        CollectionAssert.AreEqual(Family.Learned(Family.Trainer(options).Fit(data)).Parameters, gone);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void The_number_of_threads_changes_no_bit(Kind kind)
    {
        IDataView data = Family.WideData(kind, new MLContext(), Family.Rows());
        float[] one = Wide(1);
        CollectionAssert.AreEqual(one, Wide(2));
        CollectionAssert.AreEqual(one, Wide(3));
        CollectionAssert.AreEqual(one, Wide(null));

        float[] Wide(int? threads)
        {
            BackpropMlpOptions options = WithSeed(kind, 1);
            (options.HiddenLayers, options.BatchSize, options.NumberOfThreads) = ([256, 128], 128, threads);
            return Family.Learned(Family.Trainer(options).Fit(data)).Parameters;
        }
    }

    private static BackpropMlpOptions WithSeed(Kind kind, int? seed)
    {
        BackpropMlpOptions options = Family.Options(kind);
        options.Seed = seed;
        return options;
    }

    private static float[] Train(Kind kind, int? seed, MLContext? mlContext = null) =>
        Family.Learned(Family.Trainer(WithSeed(kind, seed), mlContext).Fit(Family.Data(kind, new MLContext()))).Parameters;
}
