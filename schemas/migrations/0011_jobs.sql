-- Background work, and datasets that are being built by it.

-- What is to be done, how far it is and who is at it. Whoever takes a job raises "fence"; every step is committed
-- together with a look at it, so that a server that slept through its own replacement can finish nothing.
create table eventstore.job (
    id               text collate "C" primary key,
    kind             text collate "C" not null,
    project_id       text collate "C" not null references eventstore.project (id),
    subject          text collate "C" not null,
    author           text not null,
    request          jsonb not null,
    step             jsonb,
    state            text not null check (state in ('pending', 'running', 'completed', 'failed', 'canceled')),
    progress         integer not null check (progress between 0 and 100),
    message          text,
    fence            bigint not null,
    attempts         integer not null,
    node             text,
    alive_at         timestamptz,
    cancel_requested boolean not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    finished_at      timestamptz
) with (fillfactor = 70);

create index job_project on eventstore.job (project_id, created_at, id);
create index job_open on eventstore.job (alive_at) where state in ('pending', 'running');
create index job_finished on eventstore.job (finished_at) where finished_at is not null;

-- For writes that do not go through the job itself, such as appends to a log: fails unless the job is still held.
create function eventstore.require_fence(job text, token bigint) returns void language plpgsql as $$
begin
    perform from eventstore.job
    where id = $1 and fence = $2 and state = 'running' and not cancel_requested
    for share;
    if not found then
        raise exception 'The job % is not held with fence % any more', $1, $2 using errcode = 'ES001';
    end if;
end
$$;

-- The job that builds a dataset; until it is done nobody finds the dataset, but its name is taken.
alter table eventstore.dataset add column builder text collate "C";
create unique index dataset_builder on eventstore.dataset (builder) where builder is not null;

-- The tables of the scheduler, Quartz 4, which reads and writes them itself and checks at each start that they are as it
-- expects. Names are its own; only what this server uses is here (no history: that is in "job").
create schema eventstore_quartz;

create table eventstore_quartz.job_details (
    sched_name        text not null,
    job_name          text not null,
    job_group         text not null,
    description       text,
    job_class_name    text not null,
    is_durable        boolean not null,
    is_nonconcurrent  boolean not null,
    is_update_data    boolean not null,
    requests_recovery boolean not null,
    job_data          bytea,
    primary key (sched_name, job_name, job_group)
);

create table eventstore_quartz.triggers (
    sched_name              text not null,
    trigger_name            text not null,
    trigger_group           text not null,
    job_name                text not null,
    job_group               text not null,
    description             text,
    trigger_state           text not null,
    trigger_type            text not null,
    priority                integer,
    start_time              bigint not null,
    end_time                bigint,
    next_fire_time          bigint,
    prev_fire_time          bigint,
    calendar_name           text,
    misfire_instr           smallint,
    misfire_orig_fire_time  bigint,
    misfire_threshold       bigint,
    execution_group         text,
    preferred_node          text,
    preferred_node_auto     boolean not null default false,
    retry_policy            text,
    retry_attempt           integer,
    continues_trigger_name  text,
    continues_trigger_group text,
    continuation_condition  integer,
    overlap_policy          integer,
    pause_reason            text,
    paused_by               text,
    paused_at               bigint,
    fixed_delay             boolean,
    job_data                bytea,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, job_name, job_group) references eventstore_quartz.job_details
);

create index triggers_job on eventstore_quartz.triggers (sched_name, job_name, job_group);
create index triggers_next on eventstore_quartz.triggers
    (sched_name, trigger_state, next_fire_time, priority desc, misfire_instr);

create table eventstore_quartz.simple_triggers (
    sched_name      text not null,
    trigger_name    text not null,
    trigger_group   text not null,
    repeat_count    bigint not null,
    repeat_interval bigint not null,
    times_triggered bigint not null,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references eventstore_quartz.triggers on delete cascade
);

create table eventstore_quartz.cron_triggers (
    sched_name      text not null,
    trigger_name    text not null,
    trigger_group   text not null,
    cron_expression text not null,
    time_zone_id    text,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references eventstore_quartz.triggers on delete cascade
);

create table eventstore_quartz.simprop_triggers (
    sched_name    text not null,
    trigger_name  text not null,
    trigger_group text not null,
    str_prop_1    text,
    str_prop_2    text,
    str_prop_3    text,
    int_prop_1    integer,
    int_prop_2    integer,
    long_prop_1   bigint,
    long_prop_2   bigint,
    dec_prop_1    numeric,
    dec_prop_2    numeric,
    bool_prop_1   boolean,
    bool_prop_2   boolean,
    time_zone_id  text,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references eventstore_quartz.triggers on delete cascade
);

create table eventstore_quartz.blob_triggers (
    sched_name    text not null,
    trigger_name  text not null,
    trigger_group text not null,
    blob_data     bytea,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references eventstore_quartz.triggers on delete cascade
);

create table eventstore_quartz.calendars (
    sched_name    text not null,
    calendar_name text not null,
    calendar      bytea not null,
    primary key (sched_name, calendar_name)
);

create table eventstore_quartz.paused_trigger_grps (
    sched_name    text not null,
    trigger_group text not null,
    pause_reason  text,
    paused_by     text,
    paused_at     bigint,
    primary key (sched_name, trigger_group)
);

create table eventstore_quartz.paused_job_grps (
    sched_name   text not null,
    job_group    text not null,
    pause_reason text,
    paused_by    text,
    paused_at    bigint,
    primary key (sched_name, job_group)
);

create table eventstore_quartz.fired_triggers (
    sched_name               text not null,
    entry_id                 text not null,
    trigger_name             text not null,
    trigger_group            text not null,
    job_name                 text,
    job_group                text,
    instance_name            text not null,
    fired_time               bigint not null,
    sched_time               bigint not null,
    priority                 integer not null,
    state                    text not null,
    is_nonconcurrent         boolean not null,
    requests_recovery        boolean,
    execution_group          text,
    progress                 integer,
    progress_message         text,
    interrupt_requested_time bigint,
    primary key (sched_name, entry_id)
);

create index fired_triggers_instance on eventstore_quartz.fired_triggers (sched_name, instance_name);
create index fired_triggers_trigger on eventstore_quartz.fired_triggers (sched_name, trigger_name, trigger_group);

create table eventstore_quartz.scheduler_state (
    sched_name        text not null,
    instance_name     text not null,
    last_checkin_time bigint not null,
    checkin_interval  bigint not null,
    quartz_version    text,
    primary key (sched_name, instance_name)
);

create table eventstore_quartz.locks (
    sched_name text not null,
    lock_name  text not null,
    primary key (sched_name, lock_name)
);
