-- An index whose predicate looks at a head's content keeps every update of content from staying within its page: each
-- edit of a document made new entries in all indexes of the table. The predicate's own column changes only when a head
-- is settled.
drop index eventstore.head_unsettled;
alter table eventstore.head add column unsettled boolean not null
    generated always as (content is null and not deleted) stored;
create index head_unsettled on eventstore.head (dataset, document) where unsettled;
