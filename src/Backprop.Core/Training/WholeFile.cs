namespace Backprop.Training;

/// <summary>Files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>
    /// Writes a file under another name in the same folder and then gives it its name, in place of one that had it before: whatever
    /// ends this in the middle leaves that one as it was.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string unfinished = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, full, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished); // If it is still there.
        }
    }
}
