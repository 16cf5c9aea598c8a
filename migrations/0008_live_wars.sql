-- 0008 live wars
-- Why: clans tell a war while they play it, a race after the other. What was told is a row from the first word on, so that
-- it outlives restarts, that two bots see the same, and that a war told live is kept like any other.
--
-- Nothing that is kept changes: no picture of before belongs to a live war, and whoever may write in a channel may type.

create table live_wars (
    server_id       bigint not null,
    live_id         bigint not null generated always as identity,
    channel_id      bigint not null,  -- what is written there is listened to
    state           text not null default 'running',
    war             jsonb not null,  -- mkw/live.py has its form; it names no user of Discord
    war_id          integer,  -- what it was kept as
    revision        integer not null default 0,
    card_id         bigint,  -- the newest message that shows how it stands
    started_by      bigint not null,
    started_by_name text not null,
    started_at      timestamptz not null,
    raced_by        bigint,  -- whoever told the newest race, for whoever tells it at the same moment
    raced_by_name   text,
    raced_at        timestamptz,
    last_at         timestamptz not null,  -- when something was told last
    asked_at        timestamptz,  -- since when it is asked whether it goes on
    heard           bigint[] not null default '{}',  -- the messages listened to last: none is heard twice
    constraint live_wars_pkey primary key (server_id, live_id),
    constraint live_wars_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint live_wars_war_fkey foreign key (server_id, war_id) references wars (server_id, war_id),
    constraint live_wars_state_known check (state in ('running', 'kept', 'thrown')),
    constraint live_wars_kept_has_war check ((state = 'kept') = (war_id is not null)),
    constraint live_wars_raced_by_somebody
        check ((raced_by is null) = (raced_by_name is null) and (raced_by is null) = (raced_at is null))
);

create unique index live_wars_one_a_channel on live_wars (server_id, channel_id) where state = 'running';
create index live_wars_running on live_wars (last_at) where state = 'running';
create index live_wars_newest on live_wars (server_id, channel_id, live_id desc);

-- A picture posted during a live war is a part of it, as one that was joined is a part of another.
alter table uploads
    add column live_id bigint,
    add constraint uploads_live_fkey foreign key (server_id, live_id) references live_wars (server_id, live_id),
    drop constraint uploads_joined_somewhere,
    add constraint uploads_joined_somewhere
        check ((state = 'joined') = (joined_into is not null or live_id is not null)
               and (joined_into is null or live_id is null));

create index uploads_of_live_wars on uploads (server_id, live_id) where live_id is not null;

alter table servers
    add column live_typing text not null default 'everyone',  -- who may tell a live war
    add constraint servers_live_typing_known check (live_typing in ('everyone', 'trusted', 'moderator'));
