-- 0001 first
-- Why: the records of a clan: its players and the spellings they are read as, what was uploaded, the wars kept from it,
-- and the log of every change.
--
-- server_id leads every primary and foreign key, so no row can point across servers and a distributed PostgreSQL can
-- shard by it. Rules that must never be broken are constraints here; their names are turned into sentences in
-- db/errors.py. Averages and other statistics are never stored: they are queries over war_lines.

create table servers (
    server_id      bigint not null,
    prefix         text not null default '!',
    editor_role_id bigint,
    clan_name      text,
    clan_tags      text[] not null default '{}',
    time_zone      text not null default 'UTC',
    last_war_id    integer not null default 0,  -- wars count from 1 in every server, without gaps by roll-backs
    created_at     timestamptz not null default now(),
    constraint servers_pkey primary key (server_id),
    constraint servers_id_positive check (server_id > 0),
    constraint servers_prefix_short check (length(prefix) between 1 and 5 and prefix !~ '\s'),
    constraint servers_clan_name_tidy check (clan_name = btrim(clan_name) and length(clan_name) between 1 and 60),
    constraint servers_clan_tags_few check (cardinality(clan_tags) <= 20 and array_position(clan_tags, null) is null),
    constraint servers_time_zone_named check (length(time_zone) between 1 and 60),
    constraint servers_last_war_id_counts check (last_war_id >= 0)
);

create table watched_channels (
    server_id  bigint not null,
    channel_id bigint not null,
    constraint watched_channels_pkey primary key (server_id, channel_id),
    constraint watched_channels_server_fkey foreign key (server_id) references servers (server_id) on delete cascade
);

-- A player's name is one of their spellings (players_name_fkey below), so names and aliases share one namespace a
-- server: an alias can never equal another player's name.
create table players (
    server_id       bigint not null,
    player_id       bigint not null generated always as identity,
    name            text not null,
    status          text not null default 'member',
    discord_user_id bigint,
    country         text,
    added_at        timestamptz not null default now(),
    removed_at      timestamptz,
    constraint players_pkey primary key (server_id, player_id),
    constraint players_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint players_name_tidy check (name = btrim(name) and length(name) between 1 and 60),
    constraint players_status_known check (status in ('member', 'trial', 'ally', 'former')),
    constraint players_country_code check (country ~ '^[A-Z]{2}$')
);

create unique index players_one_per_discord_user on players (server_id, discord_user_id)
    where discord_user_id is not null and removed_at is null;

create table spellings (
    server_id bigint not null,
    folded    text not null,  -- mkw.names.fold of the spelling
    player_id bigint not null,
    spelling  text not null,
    constraint spellings_pkey primary key (server_id, folded),
    constraint spellings_player_fkey foreign key (server_id, player_id)
        references players (server_id, player_id) on delete cascade,
    constraint spellings_of_player unique (server_id, player_id, spelling),
    constraint spellings_tidy check (spelling = btrim(spelling) and length(spelling) between 1 and 60),
    constraint spellings_folded_visible check (length(folded) between 1 and 240)
);

alter table players add constraint players_name_fkey foreign key (server_id, player_id, name)
    references spellings (server_id, player_id, spelling) deferrable initially deferred;

create table wars (
    server_id   bigint not null,
    war_id      integer not null,
    played_at   timestamptz not null,
    layout      text not null,
    races       smallint not null,
    our_side    smallint not null,
    title       text,
    source      text not null,
    recorded_at timestamptz not null default now(),
    removed_at  timestamptz,
    constraint wars_pkey primary key (server_id, war_id),
    constraint wars_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint wars_id_counts check (war_id >= 1),
    constraint wars_layout_known check (layout in ('table', 'race', 'standings', 'teams', 'typed')),
    constraint wars_races_possible check (races between 1 and 48),
    constraint wars_title_tidy check (title = btrim(title) and length(title) between 1 and 200),
    constraint wars_source_known check (source in ('picture', 'typed'))
);

create index wars_newest on wars (server_id, played_at desc, war_id desc) where removed_at is null;

create table war_sides (
    server_id bigint not null,
    war_id    integer not null,
    side      smallint not null,  -- from 1, in the order drawn
    tag       text,
    total     integer not null,  -- the lines' sum, or what was drawn where the lines are not known; before the penalty
    penalty   integer not null default 0,  -- points taken off; negative: a bonus
    constraint war_sides_pkey primary key (server_id, war_id, side),
    constraint war_sides_war_fkey foreign key (server_id, war_id)
        references wars (server_id, war_id) on delete cascade,
    constraint war_sides_counts check (side between 1 and 24),
    constraint war_sides_tag_tidy check (tag = btrim(tag) and length(tag) between 1 and 60),
    constraint war_sides_total_possible check (total between 0 and 48 * 15 * 24),
    constraint war_sides_penalty_possible check (penalty between -1000 and 1000)
);

-- Exactly one side of a war is ours: the war names it, and it must exist.
alter table wars add constraint wars_our_side_fkey foreign key (server_id, war_id, our_side)
    references war_sides (server_id, war_id, side) deferrable initially deferred;

create table war_lines (
    server_id  bigint not null,
    war_id     integer not null,
    side       smallint not null,
    position   smallint not null,  -- from 1, in the order drawn
    player_id  bigint,
    drawn_name text not null,
    score      integer not null,
    races      smallint not null,  -- played by this line
    penalty    integer not null default 0,
    constraint war_lines_pkey primary key (server_id, war_id, side, position),
    constraint war_lines_side_fkey foreign key (server_id, war_id, side)
        references war_sides (server_id, war_id, side) on delete cascade,
    constraint war_lines_player_fkey foreign key (server_id, player_id) references players (server_id, player_id),
    constraint war_lines_position_counts check (position between 1 and 48),
    constraint war_lines_name_tidy check (drawn_name = btrim(drawn_name) and length(drawn_name) between 1 and 200),
    constraint war_lines_races_possible check (races between 1 and 48),
    constraint war_lines_score_possible check (score between 0 and 15 * races),
    constraint war_lines_penalty_possible check (penalty between -1000 and 1000)
);

-- A player's lines are asked for more than anything else; nobody plays twice in one war.
create unique index war_lines_one_per_player on war_lines (server_id, player_id, war_id) where player_id is not null;

create table uploads (
    server_id       bigint not null,
    upload_id       bigint not null generated always as identity,
    source          text not null,
    channel_id      bigint not null,
    message_id      bigint not null,
    attachment_id   bigint,  -- null: typed
    uploader_id     bigint not null,
    uploader_name   text not null,
    filename        text,
    sha256          text,
    path            text,  -- under the data directory
    sent_at         timestamptz not null,
    received_at     timestamptz not null default now(),
    state           text not null default 'received',
    attempts        smallint not null default 0,  -- readings begun: a picture that kills the process is given up
    reason          text,
    reading         jsonb,
    draft           jsonb,
    revision        integer not null default 0,
    answer_id       bigint,
    war_id          integer,
    decided_by      bigint,
    decided_by_name text,
    decided_at      timestamptz,
    constraint uploads_pkey primary key (server_id, upload_id),
    constraint uploads_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint uploads_war_fkey foreign key (server_id, war_id) references wars (server_id, war_id),
    constraint uploads_attachment_once unique (server_id, message_id, attachment_id),
    constraint uploads_source_known check (source in ('picture', 'typed')),
    constraint uploads_picture_complete check (source = 'typed'
        or (attachment_id is not null and sha256 is not null and path is not null)),
    constraint uploads_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint uploads_filename_short check (length(filename) <= 200),
    constraint uploads_reason_short check (length(reason) <= 1000),
    constraint uploads_state_known check (state in ('received', 'review', 'saved', 'discarded', 'refused', 'failed')),
    constraint uploads_review_has_draft check (state not in ('review', 'saved', 'discarded') or draft is not null),
    constraint uploads_gone_wrong_says_why check (state not in ('refused', 'failed') or reason is not null),
    constraint uploads_saved_has_war check ((state = 'saved') = (war_id is not null)),
    constraint uploads_decided_by_somebody check ((state in ('saved', 'discarded')) = (decided_at is not null)
        and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decided_by_name is null))
);

create unique index uploads_typed_once on uploads (server_id, message_id) where source = 'typed';
create unique index uploads_one_per_war on uploads (server_id, war_id) where war_id is not null;
create index uploads_open_reviews on uploads (server_id, channel_id, upload_id desc) where state = 'review';
create index uploads_by_answer on uploads (server_id, answer_id) where answer_id is not null;
create index uploads_same_picture on uploads (server_id, sha256) where state = 'saved' and sha256 is not null;
create index uploads_to_take_up on uploads (received_at)
    where state = 'received' or (answer_id is null and state in ('review', 'refused', 'failed'));

-- before and after hold what the change touched, by "kind:id"; undo restores `before` where `after` still stands.
create table changes (
    server_id  bigint not null,
    change_id  bigint not null generated always as identity,
    at         timestamptz not null,
    actor_id   bigint not null,
    actor_name text not null,
    verb       text not null,
    entity     text not null,
    entity_id  bigint not null,
    text       text not null,
    before     jsonb not null,
    after      jsonb not null,
    undone_by  bigint,
    constraint changes_pkey primary key (server_id, change_id),
    constraint changes_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint changes_undone_by_fkey foreign key (server_id, undone_by) references changes (server_id, change_id),
    constraint changes_text_short check (length(text) between 1 and 1000),
    constraint changes_undo_is_final check (verb <> 'undo' or undone_by is null)
);

create index changes_to_undo on changes (server_id, change_id desc) where undone_by is null and verb <> 'undo';
