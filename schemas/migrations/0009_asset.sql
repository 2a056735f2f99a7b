-- The contents of assets, which are kept as blobs outside the database: what is known of them without opening them. One
-- row for all assets of a dataset that have the same content.
create table eventstore.asset (
    dataset integer not null,
    sha1    bytea not null,
    md5     bytea not null,
    length  bigint not null,
    primary key (dataset, sha1)
);
