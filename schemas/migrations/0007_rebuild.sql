-- Raised whenever heads change without the log getting longer, so that what writers remember of them is known to be of
-- the past.
alter table eventstore.dataset_head add column generation integer not null default 0;
