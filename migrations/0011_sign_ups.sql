-- 0011 sign-ups
-- Why: before a war somebody asks who can play at a time. Who answered what, and in which order, are rows, so that buttons
-- outlive restarts, two who press at once cannot both have the last place, and a reminder is posted once.
--
-- Nothing that is kept changes.

create table sign_ups (
    server_id      bigint not null,
    sign_up_id     integer not null,  -- counts from 1 in every server: people type it
    channel_id     bigint not null,
    message_id     bigint,  -- the message with the buttons, once Discord has it
    state          text not null default 'open',
    starts_at      timestamptz not null,
    size           smallint not null,  -- places; whoever says can beyond them waits
    opponent       text,
    remind_at      timestamptz,  -- null: nobody is reminded
    taken_at       timestamptz,  -- when a bot took the reminder on; one that died is followed by another
    reminded       boolean not null default false,
    last_turn      integer not null default 0,
    posted_by      bigint not null,
    posted_by_name text not null,
    posted_at      timestamptz not null,
    constraint sign_ups_pkey primary key (server_id, sign_up_id),
    constraint sign_ups_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint sign_ups_state_known check (state in ('open', 'closed', 'played', 'cancelled')),
    constraint sign_ups_number_counts check (sign_up_id >= 1),
    constraint sign_ups_size_possible check (size between 2 and 12),
    constraint sign_ups_opponent_tidy check (opponent = btrim(opponent) and length(opponent) between 1 and 60),
    constraint sign_ups_remind_before check (remind_at < starts_at),
    constraint sign_ups_reminded_by_one check (taken_at is not null or not reminded)
);

create index sign_ups_coming on sign_ups (server_id, starts_at) where state in ('open', 'closed');
create index sign_ups_to_remind on sign_ups (remind_at)
    where state in ('open', 'closed') and remind_at is not null and not reminded;

-- A place is no column: the first `size` who can, by their turn, have one. So there are never more, whatever is written.
create table sign_up_answers (
    server_id  bigint not null,
    sign_up_id integer not null,
    user_id    bigint not null,
    user_name  text not null,  -- for whoever is no player of the roster
    answer     text not null,
    turn       integer not null,
    moved_up   boolean not null default false,  -- waited first and got a place that became free
    constraint sign_up_answers_pkey primary key (server_id, sign_up_id, user_id),
    constraint sign_up_answers_sign_up_fkey foreign key (server_id, sign_up_id)
        references sign_ups (server_id, sign_up_id) on delete cascade,
    constraint sign_up_answers_known check (answer in ('can', 'maybe', 'substitute')),
    constraint sign_up_answers_turn_once unique (server_id, sign_up_id, turn),
    constraint sign_up_answers_moved_up_can check (answer = 'can' or not moved_up)
);
