-- 0006 bulk scans
-- Why: a clan that comes to the bot has years of results in its channels. A bulk scan walks one channel's history: its
-- pictures are listed first, then read one by one, oldest first. Every step is a row, so that a scan that was cut off
-- goes on where it stood.
--
-- Nothing that is kept changes: no upload of before is of a bulk scan.

create table bulk_scans (
    server_id         bigint not null,
    bulk_id           bigint not null generated always as identity,
    channel_id        bigint not null,  -- whose history is walked
    answer_channel_id bigint not null,  -- where its message is: the progress, then the list
    answer_id         bigint,
    started_by        bigint not null,
    started_by_name   text not null,
    started_at        timestamptz not null default now(),
    most_messages     integer,      -- null: all there are
    since             timestamptz,  -- null: from the channel's beginning
    walked            integer not null default 0,  -- messages looked at
    walked_to         bigint not null,  -- the walk goes down from this message, which is not looked at any more
    state             text not null default 'walking',
    ended_at          timestamptz,
    stopped_by        bigint,  -- whoever stopped it
    stopped_by_name   text,
    reason            text,  -- why it ended early, where nobody stopped it
    listed            boolean not null default false,  -- its message shows the list; else a start sees to it
    constraint bulk_scans_pkey primary key (server_id, bulk_id),
    constraint bulk_scans_server_fkey foreign key (server_id) references servers (server_id) on delete cascade,
    constraint bulk_scans_state_known check (state in ('walking', 'reading', 'ended')),
    constraint bulk_scans_ended_sometime check ((state = 'ended') = (ended_at is not null)),
    constraint bulk_scans_stopped_at_an_end check (state = 'ended' or (stopped_by_name is null and reason is null)),
    constraint bulk_scans_stopped_by_somebody check ((stopped_by is null) = (stopped_by_name is null)),
    constraint bulk_scans_messages_counted check (most_messages >= 1 and walked >= 0)
);

create index bulk_scans_to_take_up on bulk_scans (server_id) where not listed;
create unique index bulk_scans_one_running on bulk_scans (server_id) where state <> 'ended';

-- `found`: not looked at yet. `taken`: it has an upload, whose state and draft say the rest. `skipped`: `reason` says why.
create table bulk_pictures (
    server_id     bigint not null,
    bulk_id       bigint not null,
    message_id    bigint not null,
    attachment_id bigint not null,
    state         text not null default 'found',
    upload_id     bigint,
    reason        text,
    constraint bulk_pictures_pkey primary key (server_id, bulk_id, message_id, attachment_id),
    constraint bulk_pictures_scan_fkey foreign key (server_id, bulk_id)
        references bulk_scans (server_id, bulk_id) on delete cascade,
    constraint bulk_pictures_upload_fkey foreign key (server_id, upload_id)
        references uploads (server_id, upload_id),
    constraint bulk_pictures_state_known check (state in ('found', 'taken', 'skipped')),
    constraint bulk_pictures_taken_has_upload check ((state = 'taken') = (upload_id is not null)),
    constraint bulk_pictures_skipped_says_why check ((state = 'skipped') = (reason is not null)),
    constraint bulk_pictures_reason_short check (length(reason) <= 1000)
);

create index bulk_pictures_to_read on bulk_pictures (server_id, bulk_id, message_id, attachment_id)
    where state = 'found';
create index bulk_pictures_by_upload on bulk_pictures (server_id, upload_id) where upload_id is not null;

-- The scan whose list an upload waits in. It has no answer of its own before somebody opens it there.
alter table uploads
    add column bulk_id bigint,
    add constraint uploads_bulk_fkey foreign key (server_id, bulk_id) references bulk_scans (server_id, bulk_id);

-- The pictures of a bulk scan are taken up by it, and by nothing else.
drop index uploads_to_take_up;
create index uploads_to_take_up on uploads (received_at)
    where bulk_id is null and (state = 'received' or (answer_id is null and state in ('review', 'refused', 'failed')));

-- The same picture posted twice, whatever became of the first.
create index uploads_by_sha256 on uploads (server_id, sha256) where sha256 is not null;
