-- 0012 races read fast
-- Why: most of what the first answer about the races of a large clan waits for is the places and points of everybody in
-- every race: packing them into one number a row took longer than reading them. Each result now holds that number, made
-- by PostgreSQL from the row's own columns, so it cannot differ from them.
--
-- Nothing that is kept changes. The table is written anew: four seconds for 1.7 million results on two cores.

alter table race_results add column sent bytea not null generated always as (
    int8send((war_id::int8 << 32) | (race::int8 << 22) | (side::int8 << 17) | (coalesce(position, 0)::int8 << 10)
             | (coalesce(place, 31)::int8 << 5) | coalesce(points, 31))
) stored;

drop index race_results_of_record;
create index race_results_of_record on race_results (server_id, war_id, race) include (sent);
