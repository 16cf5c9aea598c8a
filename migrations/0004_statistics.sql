-- 0004 statistics
-- Why: statistics read a clan's whole record at once, in columns; these indexes hold every column that is read, so a
-- record of thousands of wars comes out of them without a visit to the tables. A server names its seasons, and says
-- where its monthly report is posted.
--
-- Nothing that is kept changes.

drop index wars_newest;
create index wars_newest on wars (server_id, played_at desc, war_id desc) include (races, our_side)
    where removed_at is null;

drop index war_lines_one_per_player;
create unique index war_lines_one_per_player on war_lines (server_id, player_id, war_id) include (side, score, races)
    where player_id is not null;

create index war_sides_of_record on war_sides (server_id, war_id, side) include (total, penalty, tag);

create table seasons (
    server_id bigint not null,
    season_id bigint not null generated always as identity,
    name      text not null,
    folded    text not null,  -- mkw.names.fold of the name
    first_day date not null,  -- in the server's time zone
    last_day  date not null,  -- included
    constraint seasons_pkey primary key (server_id, season_id),
    constraint seasons_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint seasons_name_once unique (server_id, folded),
    constraint seasons_name_tidy check (name = btrim(name) and length(name) between 1 and 40),
    constraint seasons_days_in_order check (first_day <= last_day)
);

-- One row a server that wants a report. `month` is the first day of the newest month that somebody has taken on to
-- report; `posted` says whether it is there. A taker that died is followed by another after an hour.
create table monthly_reports (
    server_id  bigint not null,
    channel_id bigint not null,
    month      date not null,
    taken_at   timestamptz not null,
    posted     boolean not null,
    constraint monthly_reports_pkey primary key (server_id),
    constraint monthly_reports_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint monthly_reports_first_of_month check (extract(day from month) = 1)
);
