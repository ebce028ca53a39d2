-- The organisation as data: superiors, teams, roles that come from groups of a sign-in provider, and the story of its changes.

-- Superior, of the same tenant or staff who work in it; never in a circle (db/manager.ts holds the lock that keeps it so).
alter table person add column manager_id uuid references person,
  -- Works for us without belonging to us.
  add column outsourced boolean not null default false,
  -- When he last came in, whichever way.
  add column last_sign_in_at timestamptz;
create index person_manager on person (manager_id) where manager_id is not null;
create index person_tenant on person (tenant_id, login);

-- Groups that work on cases. Names are global as logins are: definitions name them without a tenant.
create table team (
  name text primary key,
  -- '*': shared by all tenants (staff of the operating organisation).
  tenant_id text not null,
  title_zh text not null,
  title_en text not null,
  -- Virtual: people of several teams who work together on something, with no place in the hierarchy.
  kind text not null check (kind in ('team', 'virtual')),
  lead_id uuid references person,
  created_at timestamptz not null
);
create index team_tenant on team (tenant_id, name);
create index team_lead on team (lead_id) where lead_id is not null;
-- Teams that people belong to already; their titles wait for somebody who knows them.
insert into team (name, tenant_id, title_zh, title_en, kind, created_at)
select distinct team, '*', team, team, 'team', now() from person_team;

-- A role may be held by hand and from a group at once; what one takes away the other still gives.
alter table role_grant add column source text not null default 'hand' check (source in ('hand', 'group'));
alter table role_grant drop constraint role_grant_pkey;
alter table role_grant add primary key (person_id, role, tenant_id, source);
create index role_grant_role on role_grant (role, tenant_id);

-- Whether those who wait for somebody absent have been told that it has begun, that it is over.
alter table person_absence add column begin_told boolean not null default false, add column end_told boolean not null default false;
update person_absence set begin_told = true where starts_at <= now();
update person_absence set end_told = true where ends_at <= now();
create index person_absence_begin on person_absence (starts_at) where not begin_told;
create index person_absence_end on person_absence (ends_at) where not end_told;
create index person_absence_substitute on person_absence (substitute) where substitute is not null;

-- Sign-in by OpenID Connect. Which role a group of the provider gives; `granted_in`: a tenant, '*' = all, null = his own.
create table oidc_group_role (
  id uuid primary key,
  group_name text not null,
  role text not null,
  granted_in text,
  created_at timestamptz not null,
  created_by text not null,
  unique nulls not distinct (group_name, role, granted_in)
);
-- Who somebody is at a provider. Names and addresses change there; issuer and subject never do.
create table person_identity (
  issuer text not null,
  subject text not null,
  person_id uuid not null references person,
  linked_at timestamptz not null,
  linked_by text not null,
  last_sign_in_at timestamptz,
  primary key (issuer, subject),
  unique (issuer, person_id)
);
-- Sign-ins under way: any API process may end what another has begun. Each is used once, by the browser that began it.
create table oidc_sign_in (
  id text primary key,
  browser_hash bytea not null,
  state text not null,
  nonce text not null,
  code_verifier text not null,
  return_to text not null,
  expires_at timestamptz not null
);
create index oidc_sign_in_expiry on oidc_sign_in (expires_at);
-- Sessions that a provider vouched for: signing out may go on there.
alter table session add column issuer text;

-- Changes to people, roles, teams, tenants: append-only, hash-chained per tenant ('*': what belongs to all) as cases are (I11).
create table admin_event (
  tenant_id text not null,
  seq int not null,
  kind text not null,
  -- What was changed: `person/<id>`, `team/<name>`, `tenant/<id>`, `group-role/<id>`.
  subject text not null,
  at timestamptz not null,
  actor text not null,
  body jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (tenant_id, seq)
);
create index admin_event_recent on admin_event (at desc, tenant_id, seq desc);
create index admin_event_subject on admin_event (subject, at desc);
-- The newest of each chain: it cannot be shortened unnoticed.
create table admin_chain (
  tenant_id text primary key,
  seq int not null,
  head_hash bytea not null
);
