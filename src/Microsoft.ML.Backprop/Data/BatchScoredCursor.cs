using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Data;

/// <summary>The cursor of a <see cref="BatchScoredView"/>.</summary>
internal sealed class BatchScoredCursor : DataViewRowCursor
{
    // Enough rows that reading the weights counts for nothing, and threads have parts worth sharing.
    private const int MostRows = 128;

    private readonly bool[] _active;
    private readonly int _score, _predictedLabel;
    private readonly DataViewRowCursor _ahead; // Reads the features of a batch.
    private readonly DataViewRowCursor? _others; // Gives the other columns, row by row; null where none is needed.
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly MlpClassifier _classifier;
    private readonly BatchScorer _scorer;
    private readonly float[] _scores;
    private readonly DataViewRowId[] _ids = new DataViewRowId[MostRows];

    private VBuffer<float> _features;
    private int _most = 1; // The rows of the next batch.
    private int _rows; // Those of this one, of which the reader is at _row.
    private int _row = -1;
    private long _position = -1;

    /// <summary>Makes a cursor that owns the cursors that it gets.</summary>
    /// <param name="schema">The schema of the view.</param>
    /// <param name="needed">The columns that will be read.</param>
    /// <param name="score">The index of the column of scores.</param>
    /// <param name="predictedLabel">The index of the column of predicted labels.</param>
    /// <param name="ahead">Goes over the features, by itself.</param>
    /// <param name="featureColumn">Their name.</param>
    /// <param name="others">Goes over the columns that are needed beside the scores; null where there is none.</param>
    /// <param name="classifier">Computes the scores.</param>
    public BatchScoredCursor(
        DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed, int score, int predictedLabel,
        DataViewRowCursor ahead, string featureColumn, DataViewRowCursor? others, MlpClassifier classifier)
    {
        Schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in needed)
            _active[column.Index] = true;
        (_score, _predictedLabel) = (score, predictedLabel);
        (_ahead, _others) = (ahead, others);
        _getFeatures = ahead.GetGetter<VBuffer<float>>(ahead.Schema[featureColumn]);
        _getId = ahead.GetIdGetter();
        _classifier = classifier;
        _scorer = classifier.CreateBatchScorer(MostRows, Environment.ProcessorCount);
        _scores = new float[MostRows * classifier.Architecture.Classes];
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => 0;

    private ReadOnlySpan<float> Scores
    {
        get
        {
            Contracts.Check(_position >= 0, "The cursor is on no row: call MoveNext first, and read nothing after it has returned false.");
            return ScoresOf(_row, 1);
        }
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (++_row >= _rows)
        {
            ScoreBatch();
            _row = 0;
        }

        bool moved = _rows > 0 && (_others is null || _others.MoveNext());
        _position = moved ? _position + 1 : -1;
        return moved;
    }

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
        Delegate getter =
            column.Index == _score ? (ValueGetter<VBuffer<float>>)GetScore
            : column.Index == _predictedLabel ? (ValueGetter<uint>)GetPredictedLabel
            : _others!.GetGetter<TValue>(column);
        return getter as ValueGetter<TValue> ?? throw Contracts.Except($"Invalid TValue in GetGetter: '{typeof(TValue)}'");
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_row];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ahead.Dispose();
            _others?.Dispose();
            _scorer.Dispose();
        }

        base.Dispose(disposing);
    }

    private Span<float> ScoresOf(int row, int count)
    {
        int classes = _classifier.Architecture.Classes;
        return _scores.AsSpan(row * classes, count * classes);
    }

    // Twice the batch before, so that who reads few rows does not wait for many.
    private void ScoreBatch()
    {
        Span<float> batch = _scorer.Features;
        int inputs = _classifier.Architecture.Inputs;
        int waiting = 0; // The last rows, which are dense and not scored yet.
        for (_rows = 0; _rows < _most && _ahead.MoveNext(); _rows++)
        {
            _getFeatures(ref _features);
            _getId(ref _ids[_rows]);
            Contracts.Check(_features.Length == inputs, "The features of a row are not as many as those that the model was trained with.");
            if (_features.IsDense)
            {
                _features.GetValues().CopyTo(batch.Slice(waiting++ * inputs, inputs));
                continue;
            }

            ScoreWaiting(_rows, ref waiting);
            _classifier.PredictProbabilities(_features.GetIndices(), _features.GetValues(), ScoresOf(_rows, 1));
        }

        ScoreWaiting(_rows, ref waiting);
        _most = Math.Min(2 * _most, MostRows);
    }

    private void ScoreWaiting(int end, ref int waiting)
    {
        if (waiting > 0)
            _scorer.Score(waiting).CopyTo(ScoresOf(end - waiting, waiting));
        waiting = 0;
    }

    private void GetScore(ref VBuffer<float> score)
    {
        ReadOnlySpan<float> scores = Scores;
        VBufferEditor<float> editor = VBufferEditor.Create(ref score, scores.Length);
        scores.CopyTo(editor.Values);
        score = editor.Commit();
    }

    // The key of the first of the largest scores; 0, the missing key, where all are NaN.
    private void GetPredictedLabel(ref uint label)
    {
        ReadOnlySpan<float> scores = Scores;
        float largest = float.NegativeInfinity;
        label = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > largest)
                (largest, label) = (scores[i], (uint)i + 1);
        }
    }
}
