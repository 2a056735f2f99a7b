-- The compact layout. Texts (patches, recorded mutations, keyframes, heads) are stored packed: the first byte names the
-- form, and 0 is followed by the text itself, which is what carries over the rows of the first schema.

-- One index for a document's chain, which is also the key; one for a transaction's effects, whose equal keys are stored
-- once. Patches are packed, "revert" against "apply".
create table eventstore.packed_effect (
    sequence bigint not null,
    dataset  integer not null,
    document integer not null,
    apply    bytea not null,
    revert   bytea not null
);

insert into eventstore.packed_effect (sequence, dataset, document, apply, revert)
select sequence, dataset, document, '\x00'::bytea || apply, '\x00'::bytea || revert
from eventstore.effect
order by dataset, sequence, document;

drop table eventstore.effect;
alter table eventstore.packed_effect rename to effect;
alter table eventstore.effect add constraint effect_pkey primary key (dataset, document, sequence);
create index effect_sequence on eventstore.effect (dataset, sequence);

-- Timestamps rise with sequences, so a time is looked up by halving the log and needs no index. Ids are found by a hash
-- of 8 bytes instead of up to 128; that none is used twice was never the index's work alone: the append looks for it
-- under the lock of the dataset's head row.
create table eventstore.packed_transaction (
    sequence         bigint not null,
    timestamp        timestamptz not null,
    dataset          integer not null,
    id               text collate "C" not null,
    author           text not null,
    mutations        bytea not null,
    mutations_digest bytea not null,
    digest           bytea not null
);

insert into eventstore.packed_transaction
    (sequence, timestamp, dataset, id, author, mutations, mutations_digest, digest)
select sequence, timestamp, dataset, id, author, '\x00'::bytea || mutations, mutations_digest, digest
from eventstore.transaction
order by dataset, sequence;

drop table eventstore.transaction;
alter table eventstore.packed_transaction rename to transaction;
alter table eventstore.transaction add constraint transaction_pkey primary key (dataset, sequence);
create index transaction_id on eventstore.transaction (hashtextextended(id, dataset));

update eventstore.keyframe set content = '\x00'::bytea || content where content is not null;

-- Derived. A head without content that is not deleted is one that an import has not settled yet: its document is rebuilt
-- from its chain. So a document that is imported with a thousand revisions is written out once.
create table eventstore.settled_head (
    sequence    bigint not null,
    dataset     integer not null,
    document    integer not null,
    chain_bytes integer not null,
    deleted     boolean not null,
    revision    text collate "C" not null,
    content     bytea
) with (fillfactor = 80);

insert into eventstore.settled_head (sequence, dataset, document, chain_bytes, deleted, revision, content)
select sequence, dataset, document, chain_bytes, content is null, revision, '\x00'::bytea || content
from eventstore.head
order by dataset, document;

drop table eventstore.head;
alter table eventstore.settled_head rename to head;
alter table eventstore.head add constraint head_pkey primary key (dataset, document);
create index head_unsettled on eventstore.head (dataset, document) where content is null and not deleted;
