-- 0010 pictures of wars that were brought in
-- Why: an import brings wars along, and their uploads stay with the messages of the old server. Which pictures a war was
-- made of comes along: the same picture posted here is known, and the pictures themselves can be brought in after it.
--
-- Nothing that is kept changes: what was uploaded here is in uploads.

create table war_pictures (
    server_id bigint not null,
    war_id    integer not null,
    sha256    text not null,
    constraint war_pictures_pkey primary key (server_id, war_id, sha256),
    constraint war_pictures_war_fkey foreign key (server_id, war_id)
        references wars (server_id, war_id) on delete cascade,
    constraint war_pictures_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$')
);

create index war_pictures_by_sha256 on war_pictures (server_id, sha256);
