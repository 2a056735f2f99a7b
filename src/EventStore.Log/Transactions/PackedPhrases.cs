namespace EventStore.Log.Transactions;

/// <summary>
/// What every packed text may refer to: the phrases of patches, recorded mutations and documents. It is part of the
/// stored form, so it must never change; another one would be another form.
/// </summary>
internal static class PackedPhrases
{
    public static ReadOnlySpan<byte> Text =>
        """{"name":"","type":"","url":"hash","https://github.com/releases/download/v"}],"_key":"","_re"""u8
        + """f":"","reference",{"_type":"block",true,"_type":"span"},"marks":[],"text":"false,null,"conten"""u8
        + """t","title","status","slug":{"_type":"slug","current":",[10,0,20,21,12,18,14,"19,11,1,23,0,8,22"""u8
        + ""","15,15,15,15]"},"asset":{"_ref":"image-","children":[{"_key":"drafts.","markDefs":[],"style":"n"""u8
        + """ormal","set":{"_updatedAt":[{"delete":{"createIfNotExists":"patch":{"id":"[{"create":{"_id":"["""u8
        + """{"createOrReplace":"","kept":["_createdAt","_updatedAt"]}],[11,0,23,0,8,22,"Z",15,11,3,23,0,8,22"""u8
        + """,",15,10,4,10,0,10,0,10,[0,{"_createdAt":"T,"_id":"[17,"","_createdAt",17,"","_updatedAt",10,"ve"""u8
        + """rsion"]"""u8;
}
