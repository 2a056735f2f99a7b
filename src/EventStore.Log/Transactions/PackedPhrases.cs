namespace EventStore.Log.Transactions;

/// <summary>
/// What every packed text may refer to: the phrases of patches, recorded mutations and documents. It is part of the
/// stored form, so it must never change; another one would be another form.
/// </summary>
internal static class PackedPhrases
{
    public static ReadOnlySpan<byte> Text =>
        """{"name":"","type":"","url":"hash","https://github.com/releases/download/v"}],"_key":"","_ref":"","reference",{"_ty"""u8
        + """pe":"block",true,"_type":"span"},"marks":[],"text":"false,null,"content","title","status","slug":{"_ty"""u8
        + """pe":"slug","current":",[10,0,20,21,12,18,14,"19,11,1,23,0,8,22,"15,15,15,15]"},"asset":{"_ref":"im"""u8
        + """age-","children":[{"_key":"drafts.","markDefs":[],"style":"normal","set":{"_updatedAt":"""u8
        + """[{"delete":{"createIfNotExists":"patch":{"id":"[{"create":{"_id":"[{"createOrReplace":"","kept":["_cr"""u8
        + """eatedAt","_updatedAt"]}],[11,0,23,0,8,22,"Z",15,11,3,23,0,8,22,",15,10,4,10,0,10,0,10,[0,{"_cr"""u8
        + """eatedAt":"T,"_id":"[17,"","_createdAt",17,"","_updatedAt",10,"version"]"""u8;
}
