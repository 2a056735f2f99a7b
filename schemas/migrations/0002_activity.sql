-- What was changed on the management side, by whom and when: an event log of its own, one sequence a project.
-- The empty project stands for changes that concern no single one.

-- One row a project, locked by every recording: commit order is sequence order, as in the log of a dataset.
create table eventstore.activity_head (
    project_id text collate "C" primary key,
    sequence   bigint not null,
    timestamp  timestamptz not null
);

-- Append-only, and kept when the project is deleted: its last entry says who did that.
create table eventstore.activity (
    project_id text collate "C" not null,
    sequence   bigint not null,
    timestamp  timestamptz not null,
    author     text not null,
    action     text not null,
    subject    text not null,
    details    jsonb not null,
    primary key (project_id, sequence)
);
