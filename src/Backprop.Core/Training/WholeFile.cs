namespace Backprop.Training;

/// <summary>Files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Writes a file under another name in the same folder, its own with ".tmp" after it, and then gives it its name, in place of one that
    /// had it before. Whatever ends this in the middle leaves that one as it was; what a killed process leaves of the other, the next write
    /// replaces.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string unfinished = Unfinished(path);
        FileStream stream = Open(unfinished, FileOptions.None); // Outside: who cannot open it must not delete that of somebody else.
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Finds out whether a file can be written, before there is anything to write.</summary>
    /// <param name="path">The file; it stays as it is.</param>
    public static void Try(string path) => Open(Unfinished(path), FileOptions.DeleteOnClose).Dispose();

    private static string Unfinished(string path) => path + ".tmp";

    private static FileStream Open(string path, FileOptions options) =>
        new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 4096, options);
}
