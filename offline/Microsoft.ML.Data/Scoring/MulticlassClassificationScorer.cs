using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal sealed class MulticlassClassificationScorer
{
    private MulticlassClassificationScorer()
    {
    }

    public sealed class LabelNameBindableMapper
    {
        private LabelNameBindableMapper()
        {
        }

        /// <summary>A bound model whose score column has one annotation more: names or values, one a slot.</summary>
        internal static ISchemaBoundMapper CreateBound<T>(
            IHostEnvironment env,
            ISchemaBoundRowMapper mapper,
            VectorDataViewType type,
            Delegate getter,
            string metadataKind,
            Func<ISchemaBoundMapper, DataViewType, bool> canWrap)
        {
            const string Score = AnnotationUtils.Const.ScoreValueKind.Score;
            Contracts.CheckParam(
                mapper.OutputSchema.GetColumnOrNull(Score).HasValue, nameof(mapper), $"Mapper did not have a '{Score}' column");
            return new BoundScores(
                mapper.OutputSchema.Select(c => c.Name == Score ? Annotated(c) : new DataViewSchema.DetachedColumn(c)),
                row =>
                {
                    DataViewRow scored = mapper.GetRow(row, mapper.OutputSchema);
                    return [.. mapper.OutputSchema.Select(c => Generic.GetterOf(scored, c.Index))];
                });

            DataViewSchema.DetachedColumn Annotated(DataViewSchema.Column column)
            {
                var annotations = new DataViewSchema.Annotations.Builder();
                annotations.Add(column.Annotations, kind => kind != metadataKind);
                annotations.Add(metadataKind, type, (ValueGetter<VBuffer<T>>)getter);
                return new(column.Name, column.Type, annotations.ToAnnotations());
            }
        }
    }
}
