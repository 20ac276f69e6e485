-- Who works here.

-- +goose Up
create table staff (
    id text not null,
    email text not null,
    name text not null,
    password_hash text not null default '',
    recorded_at timestamptz not null default recorded_now(),
    constraint staff_pk primary key (id),
    constraint staff_email_once unique (email),
    constraint staff_email_lower check (email = lower(email))
);
comment on table staff is 'working: shared, one sign-in serves a person who works for several committees';

create table staff_roles (
    committee text not null,
    staff text not null,
    role text not null,
    constraint staff_roles_pk primary key (committee, staff, role),
    constraint staff_roles_committee foreign key (committee) references committees (id),
    constraint staff_roles_staff foreign key (staff) references staff (id),
    constraint staff_roles_role_known check (role in ('treasurer', 'organizer', 'viewer'))
);
comment on table staff_roles is 'working: what a person may do for a committee';

create table login_links (
    token_hash bytea not null,
    staff text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint login_links_pk primary key (token_hash),
    constraint login_links_staff foreign key (staff) references staff (id)
);
comment on table login_links is 'working: shared, as staff is; a link that signs in once, kept as a digest';

create table sessions (
    token text not null,
    data bytea not null,
    expiry timestamptz not null,
    constraint sessions_pk primary key (token)
);
create index sessions_by_expiry on sessions (expiry);
comment on table sessions is 'working: shared, as staff is; signed-in browsers, the token kept as a digest';
