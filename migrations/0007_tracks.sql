-- 0007 tracks
-- Why: what a clan asks about races is which tracks to pick. A race knows its track; and a side's places in a race can be
-- kept where somebody typed them as `1 3 4 7 9 12` and nobody said who took which.
--
-- Nothing that is kept changes: races of before have no track, and every result of before is a line's.

alter table races
    add column track text,  -- its abbreviation in mkw/tracks.py; null: nobody said
    add constraint races_track_short check (track ~ '^[A-Za-z]{1,5}$');

-- A result is a line's, or (position null) a place that its side took, by whom nobody knows. A key cannot hold a null, so
-- what was the primary key is a unique one: nulls differ there, and of those a place is had only once a race anyway.
alter table race_results drop constraint race_results_pkey;
alter table race_results
    alter column position drop not null,
    add constraint race_results_line_once unique (server_id, war_id, race, side, position),
    add constraint race_results_line_or_place check (position is not null or place is not null),
    add constraint race_results_side_fkey foreign key (server_id, war_id, side)
        references war_sides (server_id, war_id, side) on delete cascade;
