using System.Globalization;
using Backprop.Kernels;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Throughput;

/// <summary>Reading an IDataView into the trainer's data set beside a cursor that only passes over it, and a copy of the bytes.</summary>
internal static class ReadingSection
{
    private const int Inputs = 50, Classes = 7, BatchSize = 8_192, Turns = 3;

    public static void Run(Bench bench)
    {
        int count = bench.Options.Quick ? 100_000 : 1_000_000;
        if (!bench.Options.Wants($"reading-{count}x{Inputs}"))
            return;
        var mlContext = new MLContext(seed: 1);
        string path = Path.Combine(Path.GetTempPath(), $"backprop-bench-{Environment.ProcessId}.tsv");
        Table table = bench.Report.Table(
            $"Reading {count:N0} x {Inputs} into the data set, ms",
            "from        ", "cursor", "reader", "ratio", "target", "extra", "copy", "extra / copy", "target");
        try
        {
            IDataView text = WriteText(mlContext, path, count);
            Row(bench, table, "text file", text, count, isMemory: false);
            IDataView cache = mlContext.Data.Cache(text);
            Example.Read(cache, nameof(Example.Features), nameof(Example.Label));
            Row(bench, table, "cache", cache, count, isMemory: true);
        }
        finally
        {
            File.Delete(path);
        }

        IDataView memory = mlContext.Data.LoadFromEnumerable(Draw(count), Example.Schema(Inputs, Classes));
        Row(bench, table, "memory", memory, count, isMemory: true);
        bench.Report.Line();
        bench.Report.Line("Reader: Fit less the time of its one epoch. Copy: the features and labels, from an array into fresh memory.");
    }

    private static void Row(Bench bench, Table table, string name, IDataView data, int count, bool isMemory)
    {
        double cursor = double.PositiveInfinity, reader = double.PositiveInfinity, copy = double.PositiveInfinity;
        for (int turn = 0; turn < Turns; turn++)
        {
            cursor = Math.Min(cursor, Timing.Once(() => Example.Read(data, nameof(Example.Features), nameof(Example.Label))));
            ReturnMemory();
            reader = Math.Min(reader, Read(data));
            copy = Math.Min(copy, Copy(count));
        }

        double extra = reader - cursor;
        table.Row(
            name, $"{1e3 * cursor:N0}", $"{1e3 * reader:N0}", $"{reader / cursor:F2}", isMemory ? null : "1.2",
            $"{1e3 * extra:N0}", $"{1e3 * copy:N0}", $"{extra / copy:F2}", isMemory ? "2" : null);
        bench.Report.Entry(new
        {
            Section = "reading",
            Shape = $"reading-{count}x{Inputs}",
            From = name,
            CursorMs = 1e3 * cursor,
            ReaderMs = 1e3 * reader,
            Ratio = reader / cursor,
            ExtraMs = 1e3 * extra,
            CopyMs = 1e3 * copy,
        });
    }

    /// <summary>The time of a training, less that of its epoch: a softmax regression, so that little else is left.</summary>
    private static double Read(IDataView data)
    {
        double seconds = 0;
        double all = Timing.Once(() =>
            seconds = Example.Train(new MLContext(seed: 1), data, hidden: [], BatchSize).Model.History.Epochs[0].Seconds);
        return all - seconds;
    }

    private static double Copy(int count)
    {
        var source = new float[count * (Inputs + 1)];
        source.AsSpan().Fill(1);
        ReturnMemory();
        return Timing.Once(() =>
        {
            float[] fresh = GC.AllocateUninitializedArray<float>(source.Length);
            source.CopyTo(fresh, 0);
        });
    }

    /// <summary>Gives what is free back to the system, so that new arrays get memory that nobody has touched.</summary>
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static Example[] Draw(int count)
    {
        var random = new RandomSource(3);
        return [.. Enumerable.Range(0, count).Select(_ => new Example
        {
            Label = (uint)random.NextInt32(Classes),
            Features = [.. Enumerable.Range(0, Inputs).Select(_ => (float)random.NextDouble())],
        })];
    }

    /// <summary>Writes a label from 1 and features of three decimals; whether ML.NET counts keys from 0 or 1, all are classes.</summary>
    private static IDataView WriteText(MLContext mlContext, string path, int count)
    {
        var random = new RandomSource(3);
        using (StreamWriter writer = File.CreateText(path))
        {
            for (int row = 0; row < count; row++)
            {
                writer.Write(1 + random.NextInt32(Classes - 1));
                for (int i = 0; i < Inputs; i++)
                {
                    writer.Write("\t0.");
                    writer.Write(random.NextInt32(1000).ToString("D3", CultureInfo.InvariantCulture));
                }

                writer.WriteLine();
            }
        }

        TextLoader.Column[] columns =
        [
            new(nameof(Example.Label), DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(Classes)),
            new(nameof(Example.Features), DataKind.Single, 1, Inputs),
        ];
        return mlContext.Data.LoadFromTextFile(path, columns);
    }
}
