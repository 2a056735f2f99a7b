-- Who may do what: the robots of a project, their tokens, and the roles that a project made for itself. The roles that
-- every project has are part of the program.

-- A robot is who a token speaks for: the author of what is written with it. It outlives its token, so that the log's
-- authors keep their names.
create table eventstore.robot (
    id         text collate "C" primary key,
    project_id text collate "C" not null references eventstore.project (id) on delete cascade,
    label      text not null,
    roles      text[] not null,
    created_at timestamptz not null,
    created_by text not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);

create index robot_project on eventstore.robot (project_id, created_at);

-- The secret itself is never stored: "digest" is its HMAC under a key that is kept outside the database, and "pepper"
-- tells under which one. A deleted row is a revoked token.
create table eventstore.token (
    id           text collate "C" primary key,
    robot        text collate "C" not null unique references eventstore.robot (id) on delete cascade,
    digest       bytea not null,
    pepper       bytea not null,
    created_at   timestamptz not null,
    expires_at   timestamptz,
    last_used_at timestamptz
) with (fillfactor = 80);

create table eventstore.role (
    project_id        text collate "C" not null references eventstore.project (id) on delete cascade,
    name              text collate "C" not null,
    title             text not null,
    description       text not null,
    applies_to_users  boolean not null,
    applies_to_robots boolean not null,
    definition        jsonb not null,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    primary key (project_id, name)
);
