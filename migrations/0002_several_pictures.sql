-- 0002 several pictures
-- Why: one war often takes several pictures: two halves of a list, totals that began anew after a reconnect, or one
-- picture a race. A picture whose rows went into another's draft is `joined` to it and stays with its war; a war that is
-- collected race by race is kept with its races and with what every line did in each.
--
-- Nothing that is kept changes: every upload of before is joined to nothing, every war has no races.

alter table uploads
    add column joined_into bigint,
    -- The draft this upload had before others were joined to it: what `split` puts back.
    add column own_draft   jsonb;

alter table uploads
    drop constraint uploads_state_known,
    drop constraint uploads_review_has_draft,
    drop constraint uploads_decided_by_somebody;

alter table uploads
    add constraint uploads_state_known
        check (state in ('received', 'review', 'saved', 'discarded', 'refused', 'failed', 'joined')),
    add constraint uploads_review_has_draft
        check (state not in ('review', 'saved', 'discarded', 'joined') or draft is not null),
    add constraint uploads_decided_by_somebody check ((state in ('saved', 'discarded', 'joined')) = (decided_at is not null)
        and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decided_by_name is null)),
    add constraint uploads_joined_somewhere check ((state = 'joined') = (joined_into is not null)),
    add constraint uploads_joined_to_another check (joined_into <> upload_id),
    add constraint uploads_own_draft_beside_one check (own_draft is null or draft is not null),
    add constraint uploads_joined_fkey foreign key (server_id, joined_into) references uploads (server_id, upload_id);

create index uploads_joined on uploads (server_id, joined_into) where joined_into is not null;

-- A picture that was joined is as much a picture of its war as the one that carries it.
drop index uploads_same_picture;
create index uploads_same_picture on uploads (server_id, sha256)
    where state in ('saved', 'joined') and sha256 is not null;

-- The war a channel collects race by race: one at a time.
create unique index uploads_one_running_a_channel on uploads (server_id, channel_id)
    where state = 'review' and draft @> '{"running": true}';

create table races (
    server_id bigint not null,
    war_id    integer not null,
    race      smallint not null,  -- from 1, as raced: a number that is not there is a race nobody posted
    upload_id bigint,  -- its picture
    restarted boolean not null default false,  -- the game's totals began anew before it
    constraint races_pkey primary key (server_id, war_id, race),
    constraint races_war_fkey foreign key (server_id, war_id) references wars (server_id, war_id) on delete cascade,
    constraint races_upload_fkey foreign key (server_id, upload_id) references uploads (server_id, upload_id),
    constraint races_number_counts check (race between 1 and 48)
);

create unique index races_one_per_picture on races (server_id, war_id, upload_id) where upload_id is not null;

-- What a line of the war did in one race. Who was not seen in a race has no row in it.
create table race_results (
    server_id bigint not null,
    war_id    integer not null,
    race      smallint not null,
    side      smallint not null,
    position  smallint not null,
    place     smallint,  -- null: not read
    points    smallint,  -- null: not known
    constraint race_results_pkey primary key (server_id, war_id, race, side, position),  -- one line once a race
    constraint race_results_race_fkey foreign key (server_id, war_id, race)
        references races (server_id, war_id, race) on delete cascade,
    constraint race_results_line_fkey foreign key (server_id, war_id, side, position)
        references war_lines (server_id, war_id, side, position) on delete cascade,
    constraint race_results_place_once unique (server_id, war_id, race, place),
    constraint race_results_place_possible check (place between 1 and 24),
    constraint race_results_points_possible check (points between 0 and 15)
);

create index race_results_by_line on race_results (server_id, war_id, side, position);
