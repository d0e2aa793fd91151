using System.Diagnostics;
using Backprop.Execution;
using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>
/// Lets a training's steps be taken by one thread or by all of the workspace's, or only what a run leaves to the optimizer by one. All
/// give the same bits, and which is fastest depends on the machine and on what else runs there: what one processor writes and the other
/// reads may cost more than is gained. So all are tried now and then, some steps each, and most steps are taken the fastest way.
/// </summary>
/// <param name="workspace">What runs the steps.</param>
internal sealed class TeamTrial(Workspace<float> workspace)
{
    private readonly Choice _choice = new(Enum.GetValues<Way>().Length);
    private long _start;

    private enum Way
    {
        Together,
        UpdateAlone,
        Alone,
    }

    /// <summary>The threads for the optimizer's step; null for the calling one alone.</summary>
    public WorkerTeam? UpdateTeam => (Way)_choice.Way == Way.UpdateAlone ? null : workspace.Team;

    /// <summary>A step starts: its way is chosen.</summary>
    public void StepStarts()
    {
        workspace.IsAlone = (Way)_choice.Way == Way.Alone;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>The step has ended.</summary>
    public void StepEnds() => _choice.StepTook(Stopwatch.GetTimestamp() - _start);

    /// <summary>The choice among some ways, by how long steps take.</summary>
    internal sealed class Choice(int ways)
    {
        /// <summary>The steps of a trial that are not counted: caches still hold what the other way left there.</summary>
        private const int WarmUp = 2;

        /// <summary>The steps that are counted, of each way.</summary>
        private const int Counted = 10;

        /// <summary>
        /// The steps from one trial to the next, of which the first come early, as code is still being compiled: twice as many as before,
        /// up to the most.
        /// </summary>
        private const int FirstRest = 100, MostRest = 1600;

        private readonly long[] _ticks = new long[Counted];
        private readonly long[] _medians = new long[ways]; // One step that is held up says nothing of a way.
        private int _step, _tried, _rest = FirstRest;

        /// <summary>The way of the next step, from 0.</summary>
        public int Way { get; private set; }

        /// <summary>Takes note of how long a step took.</summary>
        public void StepTook(long ticks)
        {
            _step++;
            if (_tried == ways) // There is no trial now.
            {
                if (_step == _rest)
                    (_tried, _step, _rest) = (0, 0, Math.Min(2 * _rest, MostRest));
                return;
            }

            if (_step > WarmUp)
                _ticks[_step - WarmUp - 1] = ticks;
            if (_step < WarmUp + Counted)
                return;

            Array.Sort(_ticks);
            _medians[Way] = _ticks[Counted / 2];
            _step = 0;
            Way = (Way + 1) % ways;
            if (++_tried == ways)
                Way = Array.IndexOf(_medians, _medians.Min());
        }
    }
}
