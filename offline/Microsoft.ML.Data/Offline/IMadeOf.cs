namespace Microsoft.ML.Offline;

/// <summary>What can be made here of something that ML.NET makes it of in another way: a constructor for the stand-in alone.</summary>
internal interface IMadeOf<TSource, TSelf>
{
    static abstract TSelf Make(TSource source);
}
