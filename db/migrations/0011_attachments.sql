-- Files that belong to cases, and documents rendered from them.

-- An attachment is kept as it came. It is bound to a case when something of the case names it (a note, a mail);
-- what is never named is removed by housekeeping.
create table attachment (
  id uuid primary key,
  tenant_id text not null,
  -- null: uploaded before its case was known.
  case_id text,
  -- note: uploaded by a person; mail: came with a mail.
  purpose text not null check (purpose in ('note', 'mail')),
  -- Who sees it on the case: internal = holders of incident:read, public = the reporter as well.
  visibility text not null default 'internal' check (visibility in ('internal', 'public')),
  name text not null,
  -- What the bytes are; the sender's word counts for nothing.
  media_type text not null,
  size int not null,
  sha256 bytea not null,
  bytes bytea not null,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  -- null: nothing names it yet.
  used_at timestamptz
);
-- Files are compressed already; plain storage lets a download read them piece by piece.
alter table attachment alter column bytes set storage external;
create index attachment_case on attachment (case_id, uploaded_at, id);
create index attachment_unused on attachment (uploaded_at) where used_at is null;

-- Documents are rendered by a worker (outbox lane `document`) and kept as they were handed out.
create table document (
  id uuid primary key,
  tenant_id text not null,
  case_id text not null,
  kind text not null check (kind in ('fault-report')),
  format text not null check (format in ('docx', 'pdf')),
  locale text not null check (locale in ('zh-CN', 'en')),
  state text not null check (state in ('queued', 'rendering', 'ready', 'failed')),
  -- Why it failed, or why the attempt before did.
  error text,
  requested_by text not null,
  -- IANA zone its instants are written in.
  zone text not null,
  requested_at timestamptz not null,
  finished_at timestamptz,
  -- The version of the case that it shows.
  case_version int,
  name text,
  size int,
  sha256 bytea,
  bytes bytea
);
alter table document alter column bytes set storage external;
create index document_case on document (case_id, requested_at desc);
