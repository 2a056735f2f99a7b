-- A checkpoint of the end of the log of a dataset at rest. Unlike the others it belongs to no place in the log: the next
-- one replaces it.
alter table eventstore.checkpoint add column resting boolean not null default false;
