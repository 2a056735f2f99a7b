namespace EventStore.Mendoza.Diffing.Trees;

/// <summary>What 64 bytes of a document hold outside strings: bit i of a mask is byte i.</summary>
/// <param name="Opens">Where arrays and objects open.</param>
/// <param name="Closes">Where they close.</param>
/// <param name="Commas">Where the commas lie.</param>
/// <param name="Depth">How many containers are open at the start.</param>
internal readonly record struct StructureBlock(ulong Opens, ulong Closes, ulong Commas, int Depth);
