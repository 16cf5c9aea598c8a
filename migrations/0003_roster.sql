-- 0003 roster
-- Why: a clan has several teams, roles of Discord that say who is a member, wars that are corrected after they were
-- kept, and a log that is asked about one war or one person and that takes back what was taken back.
--
-- Nothing that is kept changes: no player has a team, no role means a status, no war was corrected.

create table teams (
    server_id  bigint not null,
    team_id    bigint not null generated always as identity,
    name       text not null,
    folded     text not null,  -- mkw.names.fold of the name
    tag        text,
    colour     text,
    added_at   timestamptz not null default now(),
    removed_at timestamptz,
    constraint teams_pkey primary key (server_id, team_id),
    constraint teams_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint teams_name_tidy check (name = btrim(name) and length(name) between 1 and 60),
    constraint teams_folded_visible check (length(folded) between 1 and 240),
    constraint teams_tag_tidy check (tag = btrim(tag) and length(tag) between 1 and 60),
    constraint teams_colour_hex check (colour ~ '^#[0-9a-f]{6}$')
);

create unique index teams_name_once on teams (server_id, folded) where removed_at is null;

alter table players
    add column team_id bigint,
    add constraint players_team_fkey foreign key (server_id, team_id) references teams (server_id, team_id);

create index players_of_team on players (server_id, team_id) where team_id is not null;

-- What a role of Discord says about whoever wears it.
create table status_roles (
    server_id bigint not null,
    role_id   bigint not null,
    status    text not null,
    constraint status_roles_pkey primary key (server_id, role_id),
    constraint status_roles_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint status_roles_status_known check (status in ('member', 'trial', 'ally', 'former'))
);

alter table wars
    add column note     text,
    -- The change that touched the war last: who edits says which one they saw, and is told what came after it.
    add column revision bigint not null default 0,
    add constraint wars_note_tidy check (note = btrim(note) and length(note) between 1 and 500);

-- Taking back can be taken back: `redo` is neither undone nor redone itself.
alter table changes drop constraint changes_undo_is_final;
alter table changes
    add constraint changes_undo_is_final check (verb not in ('undo', 'redo') or undone_by is null);
drop index changes_to_undo;
create index changes_to_undo on changes (server_id, change_id desc)
    where undone_by is null and verb not in ('undo', 'redo');
create index changes_to_redo on changes (server_id, undone_by desc) where undone_by is not null;
create index changes_by_actor on changes (server_id, actor_id, change_id desc);

-- What a change touched, by the keys of its snapshots: the history of one war or one player, and what stands in the way
-- of taking something back.
create table change_touches (
    server_id bigint not null,
    kind      text not null,
    number    bigint not null,
    change_id bigint not null,
    constraint change_touches_pkey primary key (server_id, kind, number, change_id),
    constraint change_touches_change_fkey foreign key (server_id, change_id)
        references changes (server_id, change_id) on delete cascade
);

insert into change_touches (server_id, kind, number, change_id)
select c.server_id, split_part(k.key, ':', 1), split_part(k.key, ':', 2)::bigint, c.change_id
from changes c cross join lateral jsonb_object_keys(c.after) as k (key);
