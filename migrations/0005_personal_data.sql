-- 0005 export, personal data, locale
-- Why: an export is brought into an empty server with the log of before, which nobody may play back there (what it would
-- put back comes from a file, and its channels and roles from elsewhere); somebody who is forgotten stays forgotten.
-- Numbers are written as a server's people write them, and members may say themselves which player they are.
--
-- Nothing that is kept changes: every change of before can be taken back as ever, numbers look as they did, and an editor
-- still says who is who.

alter table changes
    add column final      boolean not null default false,  -- never taken back, nor done again
    add column brought_in boolean not null default false,  -- of another server's log, or of this one's of before
    add constraint changes_brought_in_stay check (final or not brought_in);

drop index changes_to_undo;
create index changes_to_undo on changes (server_id, change_id desc)
    where undone_by is null and not final and verb not in ('undo', 'redo');
drop index changes_to_redo;
create index changes_to_redo on changes (server_id, undone_by desc) where undone_by is not null and not final;

alter table servers
    add column locale    text not null default 'en',
    add column self_link boolean not null default false,  -- a free player is whoever says so, without an editor
    add constraint servers_locale_short check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$');
