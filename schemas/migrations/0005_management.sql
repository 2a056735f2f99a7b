-- What projects and datasets are beside their log: settings, names for datasets, tags, origins.

-- A deleted project stays as a row: its id is not given out again, because tokens, links and records name it.
alter table eventstore.project
    add column organization_id       text collate "C",
    add column studio_host           text collate "C",
    add column external_studio_host  text,
    add column is_blocked            boolean not null default false,
    add column is_disabled           boolean not null default false,
    add column is_disabled_by_user   boolean not null default false,
    add column activity_feed_enabled boolean not null default true,
    add column max_retention_days    integer,
    add column metadata              json not null default '{}',
    add column created_by            text not null default 'system',
    add column updated_at            timestamptz,
    add column deleted_at            timestamptz;

create unique index project_studio_host on eventstore.project (studio_host) where deleted_at is null;

-- A deleted dataset is at once gone for everybody (its row in dataset_head is deleted) and gives its name free; what it
-- stored is deleted in portions afterwards, and this row last.
alter table eventstore.dataset
    add column description text,
    add column updated_at  timestamptz,
    add column deleted_at  timestamptz,
    drop constraint dataset_project_id_name_key;

create unique index dataset_name on eventstore.dataset (project_id, name) where deleted_at is null;
create index dataset_deleted on eventstore.dataset (number) where deleted_at is not null;

-- A second name for a dataset, written with a leading "~" where a dataset is named; here without.
create table eventstore.alias (
    project_id text collate "C" not null references eventstore.project (id) on delete cascade,
    name       text collate "C" not null,
    dataset    integer references eventstore.dataset (number) on delete set null,
    created_at timestamptz not null,
    primary key (project_id, name)
);

create index alias_dataset on eventstore.alias (dataset);

create table eventstore.tag (
    id          text collate "C" primary key,
    project_id  text collate "C" not null references eventstore.project (id) on delete cascade,
    name        text collate "C" not null,
    title       text not null,
    description text,
    metadata    json not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    unique (project_id, name)
);

create table eventstore.dataset_tag (
    dataset integer not null references eventstore.dataset (number) on delete cascade,
    tag     text collate "C" not null references eventstore.tag (id),
    primary key (dataset, tag)
);

create index dataset_tag_tag on eventstore.dataset_tag (tag);

-- Web origins whose pages may read a project's answers. A "*" in the origin stands for any text.
create table eventstore.cors_origin (
    id                integer generated always as identity primary key,
    project_id        text collate "C" not null references eventstore.project (id) on delete cascade,
    origin            text collate "C" not null,
    allow_credentials boolean not null,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    unique (project_id, origin)
);
