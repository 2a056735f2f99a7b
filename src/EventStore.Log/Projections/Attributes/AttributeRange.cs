namespace EventStore.Log.Projections.Attributes;

/// <summary>Values from one up to another, which is not included, both in their order-preserving form.</summary>
/// <param name="From">The first value.</param>
/// <param name="To">The first value behind.</param>
/// <param name="IsExact">Whether all values in it are meant: long strings are cut, and then a range may hold
/// others.</param>
public readonly record struct AttributeRange(byte[] From, byte[] To, bool IsExact);
