namespace EventStore.Mendoza;

/// <summary>What is known about the text of a patch before it is applied.</summary>
public enum PatchTrust
{
    /// <summary>
    /// Nothing. The text is validated and brought into canonical spelling first; whatever it holds, the result is a
    /// canonical document or a <see cref="MendozaException"/>.
    /// </summary>
    Untrusted,

    /// <summary>
    /// It is canonical JSON, as <see cref="MendozaDiff"/> writes it, so it is taken as it stands. Whether it fits is
    /// still checked. A text that breaks the promise ends in a <see cref="MendozaException"/> or in a document that is
    /// not canonical, in bounded work either way.
    /// </summary>
    Trusted,
}
