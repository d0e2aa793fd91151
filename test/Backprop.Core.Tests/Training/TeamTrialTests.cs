using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public sealed class TeamTrialTests
{
    [TestMethod]
    public void Most_steps_are_taken_the_faster_way_also_after_it_has_changed()
    {
        var trial = new TeamTrial.Choice();
        Assert.IsGreaterThan(9500, StepsByTeam(trial, 10_000, together: 5, alone: 9));
        Assert.IsLessThan(1500, StepsByTeam(trial, 10_000, together: 9, alone: 5)); // It is noticed within a thousand steps.
        Assert.IsGreaterThan(8500, StepsByTeam(trial, 10_000, together: 5, alone: 9));
    }

    [TestMethod]
    public void A_trial_costs_a_hundredth()
    {
        var trial = new TeamTrial.Choice();
        long ticks = 0;
        for (int step = 0; step < 100_000; step++)
        {
            ticks += trial.UsesTeam ? 10 : 18;
            trial.StepTook(trial.UsesTeam ? 10 : 18);
        }

        Assert.IsLessThan(1_012_000L, ticks);
    }

    private static int StepsByTeam(TeamTrial.Choice trial, int steps, long together, long alone)
    {
        int count = 0;
        for (int step = 0; step < steps; step++)
        {
            count += trial.UsesTeam ? 1 : 0;
            trial.StepTook(trial.UsesTeam ? together : alone);
        }

        return count;
    }
}
