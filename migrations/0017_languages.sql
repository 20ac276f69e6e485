-- Pages in more languages than one. A text that the law wants, or that a giver affirms, is read in a translation only after somebody
-- of the committee approved it; the organizer writes what a drive says in each language.

-- +goose Up
create table notice_approvals (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    notice text not null,
    language text not null,
    version text not null,
    english_version text not null,
    verdict text not null default 'approved',
    source text not null default 'person',
    approver text not null,
    note text not null,
    on_day date not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint notice_approvals_pk primary key (committee, id),
    constraint notice_approvals_committee foreign key (committee) references committees (id),
    constraint notice_approvals_notice_named check (notice <> ''),
    constraint notice_approvals_language_shape check (language ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?$' and language <> 'en'),
    constraint notice_approvals_version_shape check (version ~ '^[0-9a-f]{12}$' and english_version ~ '^[0-9a-f]{12}$'),
    constraint notice_approvals_verdict_known check (verdict in ('approved', 'withdrawn')),
    constraint notice_approvals_source_known check (source in ('person', 'seed')),
    constraint notice_approvals_approver_named check (approver <> ''),
    constraint notice_approvals_note_written check (note <> ''),
    constraint notice_approvals_actor_named check (actor <> '')
);
create index notice_approvals_by_text on notice_approvals (committee, language, notice, version, english_version, recorded_at);
comment on table notice_approvals is 'fact: that a translation of a required text, by its version and that of the English control text, was approved for a committee''s pages, by whom and on what ground, or that this was taken back; the newest of a text and its versions counts';

create table drive_texts (
    committee text not null,
    id uuid not null default gen_random_uuid(),
    drive text not null,
    language text not null,
    title text not null,
    story text not null,
    actor text not null default acting(),
    recorded_at timestamptz not null default recorded_now(),
    constraint drive_texts_pk primary key (committee, id),
    constraint drive_texts_drive foreign key (committee, drive) references drives (committee, slug),
    constraint drive_texts_language_shape check (language ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?$'),
    constraint drive_texts_title_fits check (char_length(title) <= 120),
    constraint drive_texts_story_fits check (char_length(story) <= 4000 and (title <> '' or story = '')),
    constraint drive_texts_actor_named check (actor <> '')
);
create index drive_texts_by_drive on drive_texts (committee, drive, language, recorded_at);
comment on table drive_texts is 'fact: title and story of a drive in a language, as the organizer wrote them; the newest counts, and an empty title takes the text of the language away';
