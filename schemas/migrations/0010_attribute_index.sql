-- Derived: the attribute index, by which queries find documents. It follows the log in the background; "sequence" says
-- what it is true at.

-- "format" is that of the keys; rows of another one are made anew. "generation" is raised whenever types or paths
-- change, so that what readers remember of them is known to be of the past.
create table eventstore.attribute_state (
    dataset    integer primary key,
    sequence   bigint not null,
    format     integer not null,
    generation bigint not null
) with (fillfactor = 50);

-- Types of documents by the numbers that stand for them in keys. No index on the name: it may be longer than an index
-- allows, and whoever adds one has the dataset's lock.
create table eventstore.attribute_type (
    dataset integer not null,
    number  integer not null,
    name    text collate "C" not null,
    primary key (dataset, number)
);

-- What is indexed. A path that is being built covers documents up to an id; one that is complete has no such end.
create table eventstore.attribute_path (
    dataset     integer not null,
    number      integer not null,
    names       text[] collate "C" not null,
    built_up_to text collate "C",
    dropped     boolean not null default false,
    asked_at    timestamptz not null,
    primary key (dataset, number)
) with (fillfactor = 80);

-- One row a document and path, and a row a reference. The key is the path's number, the type's number, the value in an
-- order-preserving form, and the document's id.
create table eventstore.attribute_entry (
    dataset  integer not null,
    document integer not null,
    key      bytea not null,
    primary key (dataset, key)
);
