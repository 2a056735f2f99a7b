-- The transaction log and what is derived from it.
--
-- Ground state: project, dataset, dataset_head, document, transaction, effect.
-- Derived state (droppable, rebuilt by a replay): head, keyframe, reference.

create table eventstore.project (
    id           text collate "C" primary key,
    display_name text not null,
    created_at   timestamptz not null
);

create table eventstore.dataset (
    number     integer generated always as identity primary key,
    project_id text collate "C" not null references eventstore.project (id),
    name       text collate "C" not null,
    acl_mode   text not null check (acl_mode in ('public', 'private', 'custom')),
    created_at timestamptz not null,
    created_by text not null,
    unique (project_id, name)
);

-- One row a dataset, locked by every append: it gives out sequences and document numbers, so commit order is sequence
-- order and nothing has gaps. Its own table, half-empty pages: the row is rewritten at every group commit.
create table eventstore.dataset_head (
    dataset   integer primary key references eventstore.dataset (number) on delete cascade,
    sequence  bigint not null,
    timestamp timestamptz not null,
    digest    bytea not null,
    documents integer not null
) with (fillfactor = 50);

-- The tables below repeat the dataset's number without a foreign key: its check would run once for every row of every
-- append, for a row that the append has locked anyway.

-- A document id gets a dense number at its first effect and keeps it until the dataset is deleted: rows that repeat per
-- revision carry 4 bytes instead of the id.
create table eventstore.document (
    dataset integer not null,
    number  integer not null,
    id      text collate "C" not null,
    primary key (dataset, number)
);

create unique index document_id on eventstore.document (dataset, id);

-- All versions of one document: x, drafts.x and versions.<release>.x share the key x.
create index document_versions on eventstore.document (dataset, (
    case
        when id like 'drafts.%' then substr(id, 8)
        when id like 'versions.%.%' then regexp_replace(id, '^versions\.[^.]+\.', '')
    end))
    where id like 'drafts.%' or id like 'versions.%.%';

-- Append-only. "mutations" is the compact recorded form, "mutations_digest" the SHA-256 of the whole one.
create table eventstore.transaction (
    sequence         bigint not null,
    timestamp        timestamptz not null,
    dataset          integer not null,
    id               text collate "C" not null,
    author           text not null,
    mutations        bytea not null,
    mutations_digest bytea not null,
    digest           bytea not null,
    primary key (dataset, sequence)
);

create unique index transaction_id on eventstore.transaction (dataset, id);
create index transaction_timestamp on eventstore.transaction (dataset, timestamp, sequence);

-- Append-only: one row per document touched by a transaction. The patches leave out "_rev".
create table eventstore.effect (
    sequence bigint not null,
    dataset  integer not null,
    document integer not null,
    apply    bytea not null,
    revert   bytea not null,
    primary key (dataset, sequence, document)
);

create index effect_document on eventstore.effect (dataset, document, sequence);

-- Derived: the current state of every document. A null content says that the document is deleted.
create table eventstore.head (
    dataset     integer not null,
    document    integer not null,
    sequence    bigint not null,
    chain_bytes integer not null,
    revision    text collate "C" not null,
    content     bytea,
    primary key (dataset, document)
) with (fillfactor = 80);

-- Derived: where a rebuild may start. A null content says that the effect of that sequence is itself a full value.
create table eventstore.keyframe (
    sequence bigint not null,
    dataset  integer not null,
    document integer not null,
    content  bytea,
    primary key (dataset, document, sequence)
);

-- Derived: the strong references of the current documents, for integrity checks.
create table eventstore.reference (
    dataset integer not null,
    source  integer not null,
    target  text collate "C" not null,
    primary key (dataset, target, source)
);

create index reference_source on eventstore.reference (dataset, source);
