-- Drives are opened, amended and closed at the desk: a form that is sent twice opens one, what a drive says fits its page, and what
-- was done about it is found in the audit. Rows from before are not asked whether they fit.

-- +goose Up
alter table drives
    add column form text,
    add constraint drives_form_once unique (committee, form),
    add constraint drives_title_fits check (char_length(title) between 1 and 120) not valid,
    add constraint drives_story_fits check (char_length(story) <= 4000) not valid,
    add constraint drives_amounts_positive check (0 < all (amounts)) not valid,
    add constraint drives_days_in_order check (closes_on >= opens_on) not valid;
comment on column drives.form is 'of the form that opened it at the desk; empty where a program did';
create index audit_of_drives on audit (committee, (new ->> 'slug'), at) where table_name = 'drives';
