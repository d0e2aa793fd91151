using System.Diagnostics;
using Backprop.Execution;

namespace Backprop.Training;

/// <summary>
/// Lets a training's steps be taken by one thread or by all of the workspace's. Both give the same bits, and which is faster depends
/// on the machine and on what else runs there: what one processor writes and the other reads may cost more than is gained. So both
/// are tried now and then, some steps each, and most steps are taken the faster way.
/// </summary>
/// <param name="workspace">What runs the steps.</param>
internal sealed class TeamTrial(Workspace<float> workspace)
{
    private readonly Choice _choice = new();
    private long _start;

    /// <summary>A step starts: its way is chosen.</summary>
    public void StepStarts()
    {
        workspace.IsAlone = !_choice.UsesTeam;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>The step has ended.</summary>
    public void StepEnds() => _choice.StepTook(Stopwatch.GetTimestamp() - _start);

    /// <summary>The choice, from how long steps take.</summary>
    internal sealed class Choice
    {
        /// <summary>The steps of a trial that are not counted: caches still hold what the other way left there.</summary>
        private const int WarmUp = 2;

        /// <summary>The steps that are counted, of each way.</summary>
        private const int Counted = 10;

        /// <summary>The steps from one trial to the next: the first comes early, as code is still being compiled.</summary>
        private const int FirstRest = 100, Rest = 1000;

        private long _alone, _together;
        private bool _isTrying = true, _isSecond;
        private int _step, _rest = FirstRest;

        /// <summary>Whether the next step is for the team.</summary>
        public bool UsesTeam { get; private set; } = true;

        /// <summary>Takes note of how long a step took.</summary>
        public void StepTook(long ticks)
        {
            _step++;
            if (!_isTrying)
            {
                if (_step == _rest)
                    (_isTrying, _step, _rest) = (true, 0, Rest);
                return;
            }

            if (_step > WarmUp)
                (UsesTeam ? ref _together : ref _alone) += ticks;
            if (_step < WarmUp + Counted)
                return;

            _step = 0;
            UsesTeam = _isSecond ? _together < _alone : !UsesTeam;
            if (_isSecond)
                (_isTrying, _alone, _together) = (false, 0, 0);
            _isSecond = !_isSecond;
        }
    }
}
