using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal interface ISchemaBindableMapper
{
    ISchemaBoundMapper Bind(IHostEnvironment env, RoleMappedSchema schema);
}

internal interface ISchemaBoundMapper
{
    DataViewSchema OutputSchema { get; }
}

internal interface ISchemaBoundRowMapper : ISchemaBoundMapper
{
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}
