using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(PlattCalibrator), null, typeof(SignatureLoadModel), "", PlattCalibrator.LoaderSignature)]

namespace Microsoft.ML.Calibrators;

public interface ICalibrator
{
    float PredictProbability(float output);
}

public sealed class PlattCalibrator : ICalibrator, ICanSaveModel
{
    internal const string LoaderSignature = "PlattCaliExec";

    private readonly IHost _host;

    internal PlattCalibrator(IHostEnvironment env, double slope, double offset)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register(nameof(PlattCalibrator));
        Slope = slope;
        Offset = offset;
    }

    private PlattCalibrator(IHostEnvironment env, ModelLoadContext ctx)
        : this(env, ctx.Reader.ReadDouble(), ctx.Reader.ReadDouble())
        => _host.CheckDecode(double.IsFinite(Slope) && double.IsFinite(Offset));

    public double Slope { get; }

    public double Offset { get; }

    public float PredictProbability(float output)
        => float.IsNaN(output) ? output : (float)(1 / (1 + Math.Exp((Slope * output) + Offset)));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("PLATTCAL", LoaderSignature));
        ctx.Writer.Write(Slope);
        ctx.Writer.Write(Offset);
    }
}
