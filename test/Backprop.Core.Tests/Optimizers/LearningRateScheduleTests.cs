using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class LearningRateScheduleTests
{
    // golden.py prints PyTorch's numbers.
    private static readonly double[] s_losses = [1, 0.9, 0.89995, 0.95, 0.91, 0.8, 0.8, 0.79995, 0.79, 0.81];

    private static readonly LearningRateSchedule[] s_all =
    [
        new ConstantSchedule(), new StepSchedule(3), new InverseScalingSchedule(), new PlateauSchedule(patience: 1), new CosineSchedule(2.5, 0.1),
        new OneCycleSchedule(),
    ];

    [TestMethod]
    public void A_step_is_that_of_PyTorch() =>
        AssertTenEpochs(new StepSchedule(3, 0.5), 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125);

    [TestMethod]
    public void A_cosine_is_that_of_PyTorch() => AssertTenEpochs(
        new CosineSchedule(minimum: 0.1), 1, 0.977975432332819, 0.914057647468726, 0.814503363531613, 0.689057647468726, 0.55,
        0.410942352531274, 0.285496636468387, 0.185942352531274, 0.122024567667181, 0.1);

    [TestMethod]
    public void One_cycle_is_that_of_PyTorch() => AssertEpochs(
        11, new OneCycleSchedule(4.0 / 11), 0.04, 0.28, 0.76, 1, 0.950484632013474, 0.811745653949763, 0.611262021936289, 0.388741978063711,
        0.188258346050237, 0.0495193679865263, 4e-06);

    [TestMethod]
    public void A_plateau_is_that_of_PyTorch() =>
        AssertTenEpochs(new PlateauSchedule(0.5, 1), 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25);

    [TestMethod]
    public void A_plateau_is_patient_as_long_as_it_should_be_and_knows_its_minimum()
    {
        // Losses of 1: the first is the best, each later one waits. Patience 2: the third that waits lowers the rate, then the sixth.
        double[] losses = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var schedule = new PlateauSchedule(0.2, 2, minimum: 0.05);
        foreach ((int epoch, double expected) in new[] { (3, 1), (4, 0.2), (6, 0.2), (7, 0.05), (10, 0.05) })
            Assert.AreEqual(expected, schedule.Factor(epoch, epoch + 0.1, 100, losses[..epoch]), 1e-15);
        Assert.AreEqual(1, new PlateauSchedule(0.5, 0).Factor(3, 4, 100, [-1, -2, -3])); // Losses below 0 improve too.
        Assert.AreEqual(0.5, new PlateauSchedule(0.5, 0).Factor(3, 4, 100, [1, double.NaN, 0.5])); // One that is no number does not.
    }

    [TestMethod]
    public void Inverse_scaling_is_a_power_of_whole_epochs()
    {
        Assert.AreEqual(1, new InverseScalingSchedule().Factor(0.9, 1, 10, []));
        Assert.AreEqual(0.5, new InverseScalingSchedule().Factor(3.5, 4, 10, []), 1e-15);
        Assert.AreEqual(0.25, new InverseScalingSchedule(1).Factor(3, 4, 10, []), 1e-15);
    }

    [TestMethod]
    public void A_cosine_rises_in_a_line_before_and_stays_at_its_end()
    {
        // Up in 2 of 10 epochs; of the 8 that are left, a quarter, 2, has (1 + cos(45 degrees)) / 2 of the way from 1 to 0.2.
        var schedule = new CosineSchedule(2, 0.2);
        Assert.AreEqual(0.2 + (0.4 * (1 + Math.Sqrt(0.5))), schedule.Factor(4, 4.5, 10, []), 1e-15);
        foreach ((double start, double expected) in new[] { (0, 0.25), (0.5, 0.5), (1.5, 1), (1.75, 1), (2, 1), (6, 0.6), (11, 0.2) })
            Assert.AreEqual(expected, schedule.Factor(start, start + 0.5, 10, []), 1e-15);
        Assert.AreEqual(0.5, new CosineSchedule(4).Factor(1, 2, 2, [])); // A training that ends before the rise does.
        Assert.AreEqual(0, new CosineSchedule(4).Factor(5, 6, 2, []));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void No_step_has_the_rate_0_and_a_rise_and_a_cycle_reach_their_ends(int stepsPerEpoch)
    {
        double[] warmUp = Rates(new CosineSchedule(2)), cycle = Rates(new OneCycleSchedule(0.5));
        int rise = 2 * stepsPerEpoch; // Steps, of 4 epochs.
        Assert.IsGreaterThan(0, warmUp.Concat(cycle).Min());
        Assert.AreEqual(1.0 / rise, warmUp[0], 1e-15);
        Assert.AreEqual((1, 1), (warmUp[rise - 1], warmUp[rise]));
        Assert.AreEqual(0.04, cycle[0], 1e-15);
        Assert.AreEqual(1, cycle[rise - 1], 1e-15);
        Assert.AreEqual(0.04 / 1e4, cycle[^1], 1e-15);

        double[] Rates(LearningRateSchedule schedule) => [.. Enumerable.Range(0, 4 * stepsPerEpoch)
            .Select(i => schedule.Factor((double)i / stepsPerEpoch, (i + 1.0) / stepsPerEpoch, 4, []))];
    }

    [TestMethod]
    public void Within_an_epoch_some_change_and_the_others_wait_for_its_end()
    {
        foreach (LearningRateSchedule schedule in s_all)
        {
            double start = schedule.Factor(7, 7.5, 10, s_losses[..7]), middle = schedule.Factor(7.5, 8, 10, s_losses[..7]);
            Assert.AreEqual(schedule is CosineSchedule or OneCycleSchedule, start != middle, $"{schedule}");
            Assert.AreEqual(schedule.ChangesWithinEpochs, start != middle, $"{schedule}");
            Assert.AreEqual(schedule.DependsOnEpochs, start != schedule.Factor(7, 7.5, 20, s_losses[..7]), $"{schedule}");
        }
    }

    [TestMethod]
    public void Factors_are_finite_and_not_below_0_wherever_one_asks()
    {
        foreach (LearningRateSchedule schedule in s_all)
        {
            foreach (int epochs in (int[])[1, 2, 10])
            {
                for (double start = 0; start <= 12; start += 0.125)
                {
                    foreach (double end in (double[])[start + 0.125, start + 1])
                        Assert.IsTrue(schedule.Factor(start, end, epochs, s_losses) is >= 0 and <= 1, $"{schedule} {start} of {epochs}");
                }
            }
        }
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        Assert.AreEqual("EpochsPerStep", Name(() => new StepSchedule(0)));
        Assert.AreEqual("Decay", Name(() => new StepSchedule(1, 0)));
        Assert.AreEqual("Decay", Name(() => new StepSchedule(1) with { Decay = 1.1 }));
        Assert.AreEqual("Power", Name(() => new InverseScalingSchedule(-1)));
        Assert.AreEqual("Decay", Name(() => new PlateauSchedule(double.NaN)));
        Assert.AreEqual("Patience", Name(() => new PlateauSchedule(patience: -1)));
        Assert.AreEqual("MinimumImprovement", Name(() => new PlateauSchedule(minimumImprovement: 1)));
        Assert.AreEqual("Minimum", Name(() => new PlateauSchedule(minimum: -0.1)));
        Assert.AreEqual("WarmUpEpochs", Name(() => new CosineSchedule(double.PositiveInfinity)));
        Assert.AreEqual("Minimum", Name(() => new CosineSchedule(minimum: 2)));
        Assert.AreEqual("RiseShare", Name(() => new OneCycleSchedule(1)));
        Assert.AreEqual("StartDivisor", Name(() => new OneCycleSchedule(startDivisor: 0.5)));
        Assert.AreEqual("EndDivisor", Name(() => new OneCycleSchedule(endDivisor: double.NaN)));

        static string? Name(Func<object> make) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName;
    }

    private static void AssertTenEpochs(LearningRateSchedule schedule, params double[] expected) => AssertEpochs(10, schedule, expected);

    /// <summary>One step an epoch.</summary>
    private static void AssertEpochs(int epochs, LearningRateSchedule schedule, params double[] expected)
    {
        for (int epoch = 0; epoch <= 10; epoch++)
            Assert.AreEqual(expected[epoch], schedule.Factor(epoch, epoch + 1, epochs, s_losses[..epoch]), 1e-14, $"Epoch {epoch}");
    }
}
