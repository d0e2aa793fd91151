using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(CalibratedModelParametersBase), typeof(ValueMapperCalibratedModelParameters<IPredictorProducing<float>, ICalibrator>), null,
    typeof(SignatureLoadModel), "", ValueMapperCalibratedModelParameters<IPredictorProducing<float>, ICalibrator>.LoaderSignature)]

namespace Microsoft.ML.Calibrators
{
    public abstract class CalibratedModelParametersBase
    {
        private protected CalibratedModelParametersBase(object subModel, ICalibrator calibrator) => (SubModel, Calibrator) = (subModel, calibrator);

        public object SubModel { get; }

        public ICalibrator Calibrator { get; }
    }

    public abstract class CalibratedModelParametersBase<TSubModel, TCalibrator> : CalibratedModelParametersBase, IDistPredictorProducing<float, float>
        where TSubModel : class
        where TCalibrator : class, ICalibrator
    {
        private protected readonly IHost Host;

        private protected CalibratedModelParametersBase(IHostEnvironment env, string name, TSubModel predictor, TCalibrator calibrator)
            : base(predictor, calibrator)
        {
            Contracts.CheckValue(env, nameof(env));
            Host = env.Register(env.CheckNonWhiteSpace(name, nameof(name)));
            SubModel = Host.CheckRef(predictor, nameof(predictor));
            Calibrator = Host.CheckRef(calibrator, nameof(calibrator));
        }

        public new TSubModel SubModel { get; }

        public new TCalibrator Calibrator { get; }

        PredictionKind IPredictor.PredictionKind => ((IPredictor)SubModel).PredictionKind;

        private protected void SaveCore(ModelSaveContext ctx)
        {
            ctx.SaveModel(SubModel, "Predictor");
            ctx.SaveModel(Calibrator, "Calibrator");
        }
    }

    internal abstract class ValueMapperCalibratedModelParametersBase<TSubModel, TCalibrator>
        : CalibratedModelParametersBase<TSubModel, TCalibrator>, IValueMapperDist
        where TSubModel : class
        where TCalibrator : class, ICalibrator
    {
        private readonly IValueMapper _mapper;

        private protected ValueMapperCalibratedModelParametersBase(
            IHostEnvironment env, string name, TSubModel predictor, TCalibrator calibrator)
            : base(env, name, predictor, calibrator)
        {
            _mapper = SubModel as IValueMapper;
            Host.Check(_mapper is not null, "The predictor does not implement IValueMapper");
            Host.Check(_mapper.OutputType == NumberDataViewType.Single, "The output type of the predictor is expected to be float");
        }

        DataViewType IValueMapper.InputType => _mapper.InputType;

        DataViewType IValueMapper.OutputType => _mapper.OutputType;

        DataViewType IValueMapperDist.DistType => NumberDataViewType.Single;

        ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>() => _mapper.GetMapper<TSrc, TDst>();

        ValueMapper<TSrc, TDst, TDist> IValueMapperDist.GetMapper<TSrc, TDst, TDist>()
        {
            Host.Check(typeof(TDst) == typeof(float));
            Host.Check(typeof(TDist) == typeof(float));
            ValueMapper<TSrc, float> map = _mapper.GetMapper<TSrc, float>();
            return (ValueMapper<TSrc, TDst, TDist>)(Delegate)(ValueMapper<TSrc, float, float>)Map;

            void Map(in TSrc features, ref float score, ref float probability)
            {
                map(in features, ref score);
                probability = Calibrator.PredictProbability(score);
            }
        }
    }

    [PredictionTransformerLoadType(typeof(CalibratedModelParametersBase<,>))]
    internal sealed class ValueMapperCalibratedModelParameters<TSubModel, TCalibrator>
        : ValueMapperCalibratedModelParametersBase<TSubModel, TCalibrator>, ICanSaveModel
        where TSubModel : class
        where TCalibrator : class, ICalibrator
    {
        internal const string LoaderSignature = "CaliPredExec";

        internal ValueMapperCalibratedModelParameters(IHostEnvironment env, TSubModel predictor, TCalibrator calibrator)
            : base(env, "CalibratedPredictor", predictor, calibrator)
        {
        }

        void ICanSaveModel.Save(ModelSaveContext ctx)
        {
            ctx.SetVersionInfo(Pairs.Version("CALIPRED", LoaderSignature));
            SaveCore(ctx);
        }

        private static CalibratedModelParametersBase Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.LoadModel<IPredictorProducing<float>, SignatureLoadModel>(env, out IPredictorProducing<float> predictor, "Predictor");
            ctx.LoadModel<ICalibrator, SignatureLoadModel>(env, out ICalibrator calibrator, "Calibrator");
            Type type = typeof(ValueMapperCalibratedModelParameters<,>).MakeGenericType(predictor.GetType(), calibrator.GetType());
            const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
            return (CalibratedModelParametersBase)Activator.CreateInstance(type, Internal, null, [env, predictor, calibrator], null);
        }
    }
}

namespace Microsoft.ML.Data
{
    [AttributeUsage(AttributeTargets.Class)]
    internal class PredictionTransformerLoadTypeAttribute : Attribute
    {
        internal PredictionTransformerLoadTypeAttribute(Type loadtype) => LoadType = loadtype;

        internal Type LoadType { get; }
    }
}
