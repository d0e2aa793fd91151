using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>What stands before the body of each saved component; a format of our own, unlike ML.NET's.</summary>
internal sealed record StandInHeader(ulong ModelSignature, uint Written, uint Readable, string LoaderSignature, string LoaderAssemblyName)
{
    private const ulong Magic = 0x4E49444E4154534D; // "MSTANDIN"

    public static StandInHeader Of(VersionInfo version)
        => new(
            version.ModelSignature, version.VerWrittenCur, version.VerReadableCur, version.LoaderSignature ?? "", version.LoaderAssemblyName ?? "");

    public void Write(BinaryWriter writer, byte[] body)
    {
        writer.Write(Magic);
        writer.Write(ModelSignature);
        writer.Write(Written);
        writer.Write(Readable);
        writer.Write(LoaderSignature);
        writer.Write(LoaderAssemblyName);
        writer.Write(body.Length);
        writer.Write(body);
    }

    public static StandInHeader Read(BinaryReader reader, out byte[] body)
    {
        try
        {
            Contracts.CheckDecode(
                reader.ReadUInt64() == Magic, "Wrong file type: not saved by the stand-in for Microsoft.ML that reads it");
            var header = new StandInHeader(
                reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString(), reader.ReadString());
            int length = reader.ReadInt32();
            Contracts.CheckDecode(length == reader.BaseStream.Length - reader.BaseStream.Position, "Corrupt model file");
            body = reader.ReadBytes(length);
            return header;
        }
        catch (EndOfStreamException)
        {
            throw Contracts.ExceptDecode("Corrupt model file");
        }
    }

    public void Check(VersionInfo reader)
    {
        Contracts.CheckDecode(ModelSignature == reader.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(Readable <= Written, "Corrupt file header");
        Contracts.CheckDecode(
            Readable <= reader.VerWrittenCur && Written >= reader.VerWeCanReadBack, "The component was saved by another version");
    }
}
