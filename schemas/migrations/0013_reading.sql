-- A checkpoint of the end of the log of a dataset at rest. Unlike the others it belongs to no place in the log: the next
-- one replaces it.
alter table eventstore.checkpoint add column resting boolean not null default false;

-- Whole datasets are read in the order of ids, and every document is looked up by its number then.
drop index eventstore.document_id;
create unique index document_id on eventstore.document (dataset, id) include (number);
