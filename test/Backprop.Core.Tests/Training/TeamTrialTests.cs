using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public sealed class TeamTrialTests
{
    [TestMethod]
    public void Most_steps_are_taken_the_fastest_way_also_after_another_has_become_that()
    {
        var choice = new TeamTrial.Choice(3);
        foreach (long[] ticks in new long[][] { [9, 5, 7], [4, 5, 7], [9, 8, 7], [9, 5, 7] })
        {
            int fastest = Array.IndexOf(ticks, ticks.Min()), count = 0;
            for (int step = 0; step < 10_000; step++)
            {
                count += choice.Way == fastest ? 1 : 0;
                choice.StepTook(ticks[choice.Way]);
            }

            Assert.IsGreaterThan(8000, count); // A change is noticed within 1,600 steps.
        }
    }

    [TestMethod]
    public void A_step_that_is_held_up_does_not_decide()
    {
        var choice = new TeamTrial.Choice(3);
        long[] ticks = [5, 9, 7];
        int fastest = 0;
        for (int step = 0; step < 10_000; step++)
        {
            fastest += choice.Way == 0 ? 1 : 0;
            choice.StepTook(ticks[choice.Way] * (step % 7 == 0 ? 100 : 1)); // As where another program gets the processor.
        }

        Assert.IsGreaterThan(9000, fastest);
    }

    [TestMethod]
    public void Trials_cost_a_fiftieth()
    {
        var choice = new TeamTrial.Choice(3);
        long[] ticks = [10, 12, 18];
        long total = 0;
        for (int step = 0; step < 100_000; step++)
        {
            total += ticks[choice.Way];
            choice.StepTook(ticks[choice.Way]);
        }

        Assert.IsLessThan(1_020_000L, total);
    }
}
