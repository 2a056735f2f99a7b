-- Derived: a whole dataset at one sequence, so that reading the past needs only the log's tail.

-- The number is never reused: a reader that goes on after its checkpoint was dropped finds nothing rather than another
-- one of the same sequence. Few rows, so unlike the log's tables they may refer to their dataset.
create table eventstore.checkpoint (
    number     bigint generated always as identity primary key,
    dataset    integer not null references eventstore.dataset (number) on delete cascade,
    sequence   bigint not null,
    complete   boolean not null,
    documents  bigint not null,
    bytes      bigint not null,
    unique (dataset, sequence)
);

-- Documents of a checkpoint, sorted by id, in compressed stretches. A stretch reaches from behind the last id of the one
-- before it up to its own.
create table eventstore.checkpoint_chunk (
    checkpoint bigint not null references eventstore.checkpoint (number) on delete cascade,
    last_id    text collate "C" not null,
    documents  integer not null,
    bytes      integer not null,
    content    bytea not null,
    primary key (checkpoint, last_id)
);

-- Compressed already.
alter table eventstore.checkpoint_chunk alter column content set storage external;
