-- Backups. They outlive their dataset, so nothing here refers to its row: "source" is its number, which is never reused.

-- A backup that is being made has its row from the beginning, without "completed_at": nobody finds it, but what it names
-- is kept. One at a time for a dataset.
create table eventstore.backup (
    number          bigint generated always as identity primary key,
    id              text collate "C" not null unique,
    project_id      text collate "C" not null references eventstore.project (id),
    dataset_name    text collate "C" not null,
    source          integer not null,
    job             text collate "C" not null,
    author          text not null,
    sequence        bigint not null,
    revision        text collate "C",
    created_at      timestamptz not null,
    completed_at    timestamptz,
    documents       bigint,
    assets          bigint,
    bytes           bigint,
    written_bytes   bigint,
    manifest        text collate "C",
    manifest_length bigint,
    manifest_sha256 bytea
);

create unique index backup_open on eventstore.backup (source) where completed_at is null;
create index backup_list on eventstore.backup (project_id, dataset_name, created_at, number);
create unique index backup_manifest on eventstore.backup (manifest);
create index backup_source on eventstore.backup (source, number);

-- Blobs that backups are made of, and which backup names which: one that no backup names is removed.
create table eventstore.backup_part (
    number bigint generated always as identity primary key,
    source integer not null,
    key    text collate "C" not null unique,
    length bigint not null
);

create index backup_part_source on eventstore.backup_part (source);

create table eventstore.backup_use (
    backup bigint not null references eventstore.backup (number) on delete cascade,
    part   bigint not null references eventstore.backup_part (number),
    primary key (backup, part)
);

create index backup_use_part on eventstore.backup_use (part);

-- Contents of assets, copied once. A dataset loses none while it exists, so each is in all backups from "since" on, and
-- is removed when none of these is left.
create table eventstore.backup_asset (
    source integer not null,
    sha1   bytea not null,
    md5    bytea not null,
    length bigint not null,
    sha256 bytea not null,
    key    text collate "C" not null unique,
    since  bigint not null,
    primary key (source, sha1)
);

-- "due_at" is when the next daily backup is made; null when they are off.
create table eventstore.backup_settings (
    source      integer primary key,
    enabled     boolean not null,
    time_of_day time not null,
    daily_days  integer not null,
    weekly_days integer not null,
    due_at      timestamptz,
    author      text not null,
    updated_at  timestamptz not null
);

create index backup_settings_due on eventstore.backup_settings (due_at) where due_at is not null;
