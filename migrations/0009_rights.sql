-- 0009 rights
-- Why: rights are levels, one above the other, and a server says which roles have which: several roles a level.
--
-- The editor role of before is a moderator's role now, in the log of changes too: what was set then can still be taken
-- back.

create table level_roles (
    server_id bigint not null,
    role_id   bigint not null,
    level     text not null,  -- the owner is Discord's word, and everyone needs no role
    constraint level_roles_pkey primary key (server_id, role_id),
    constraint level_roles_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint level_roles_level_known check (level in ('trusted', 'moderator', 'admin'))
);

insert into level_roles (server_id, role_id, level)
select server_id, editor_role_id, 'moderator' from servers where editor_role_id is not null;

alter table servers drop column editor_role_id;

update changes set before = jsonb_set(
    before #- '{settings:0,editor_role_id}', '{settings:0,level_roles}',
    case when jsonb_typeof(before #> '{settings:0,editor_role_id}') = 'number'
        then jsonb_build_array(jsonb_build_array(before #> '{settings:0,editor_role_id}', 'moderator'))
        else '[]' end)
where before -> 'settings:0' ? 'editor_role_id';
update changes set after = jsonb_set(
    after #- '{settings:0,editor_role_id}', '{settings:0,level_roles}',
    case when jsonb_typeof(after #> '{settings:0,editor_role_id}') = 'number'
        then jsonb_build_array(jsonb_build_array(after #> '{settings:0,editor_role_id}', 'moderator'))
        else '[]' end)
where after -> 'settings:0' ? 'editor_role_id';

-- A try that was refused is in the log too: the same one again within minutes is counted, not written again.
create index changes_refused on changes (server_id, actor_id, at) where verb = 'refuse';
