using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.ScoringModels;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(LinearModel), null, typeof(SignatureLoadModel), "", LinearModel.LoaderSignature)]

namespace Microsoft.ML.ScoringModels;

/// <summary>
/// A model with nothing learned: the first score is the sum of the features, the second twice that, and so on. Of several
/// scores the slots may have names.
/// </summary>
public sealed class LinearModel : ModelParametersBase<float>, IValueMapper, ISchemaBindableMapper
{
    internal const string LoaderSignature = "LinearTestModel";

    private readonly PredictionKind _kind;
    private readonly int _features;
    private readonly int _scores;
    private readonly string[] _names;

    internal LinearModel(IHostEnvironment env, PredictionKind kind, int features, int scores = 0, string[] names = null)
        : base(env, LoaderSignature)
        => (_kind, _features, _scores, _names) = (kind, features, scores, names ?? []);

    private LinearModel(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, LoaderSignature, ctx)
    {
        _kind = (PredictionKind)ctx.Reader.ReadInt32();
        _features = ctx.Reader.ReadInt32();
        _scores = ctx.Reader.ReadInt32();
        _names = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < _names.Length; i++)
            _names[i] = ctx.LoadNonEmptyString();
    }

    public override PredictionKind PredictionKind => _kind;

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, _features);

    DataViewType IValueMapper.OutputType
        => _scores == 0 ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, _scores);

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        Delegate map = _scores == 0 ? (ValueMapper<VBuffer<float>, float>)One : (ValueMapper<VBuffer<float>, VBuffer<float>>)All;
        return (ValueMapper<TSrc, TDst>)map;
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema)
    {
        ISchemaBindableMapper plain = new SchemaBindablePredictorWrapper(this);
        ISchemaBoundMapper bound = plain.Bind(env, schema);
        if (_names.Length == 0)
            return bound;
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getNames = GetNames;
        return MulticlassClassificationScorer.LabelNameBindableMapper.CreateBound<ReadOnlyMemory<char>>(
            env, (ISchemaBoundRowMapper)bound, new VectorDataViewType(TextDataViewType.Instance, _scores), getNames,
            AnnotationUtils.Kinds.SlotNames, canWrap: null);
    }

    public override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(new VersionInfo(
            "TESTMODL", 0x00010001, 0x00010001, 0x00010001, typeof(LinearModel).Assembly.FullName, LoaderSignature));
        ctx.Writer.Write((int)_kind);
        ctx.Writer.Write(_features);
        ctx.Writer.Write(_scores);
        ctx.Writer.Write(_names.Length);
        foreach (string name in _names)
            ctx.SaveNonEmptyString(name);
    }

    internal static LinearModel Create(IHostEnvironment env, ModelLoadContext ctx) => new(env, ctx);

    private static void One(in VBuffer<float> features, ref float score) => score = features.DenseValues().Sum();

    private void All(in VBuffer<float> features, ref VBuffer<float> scores)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref scores, _scores);
        for (int i = 0; i < _scores; i++)
            editor.Values[i] = (i + 1) * features.DenseValues().Sum();
        scores = editor.Commit();
    }

    private void GetNames(ref VBuffer<ReadOnlyMemory<char>> names)
        => new VBuffer<ReadOnlyMemory<char>>(_names.Length, [.. _names.Select(name => name.AsMemory())]).CopyTo(ref names);
}
