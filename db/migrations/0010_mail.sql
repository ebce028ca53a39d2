-- E-mail as a contact channel: mailboxes that are read by IMAP, every mail of theirs, and what was written to people.

create table mailbox (
  id uuid primary key,
  tenant_id text not null,
  name text not null,
  -- People write to it; answers come back to it with a signed tag behind `+`.
  address text not null,
  host text not null,
  port int not null,
  security text not null check (security in ('tls', 'starttls', 'none')),
  username text not null,
  -- Sealed with CONTINUO_KEY.
  password text not null,
  folder text not null default 'INBOX',
  -- What a new mail opens.
  service text not null,
  team text,
  impact text not null check (impact in ('high', 'medium', 'low')),
  urgency text not null check (urgency in ('high', 'medium', 'low')),
  -- Language for senders who have no account.
  locale text not null default 'zh-CN' check (locale in ('zh-CN', 'en')),
  -- False: the mail server knows no `user+tag@`; answers are threaded by Message-IDs alone.
  plus_addressing boolean not null default true,
  -- Mail of machines and mailing lists opens cases as well; it is never answered.
  machine_mail boolean not null default false,
  -- At most one automatic answer per sender in so many minutes.
  confirm_minutes int not null default 10,
  -- Mails of one sender in an hour beyond which they wait for a person.
  sender_hourly int not null default 30,
  max_bytes int not null default 26214400,
  poll_seconds int not null default 60,
  active boolean not null default true,
  -- Counts changes: who reads with old settings begins anew.
  revision int not null default 1,
  created_at timestamptz not null default now(),
  unique (tenant_id, name)
);

-- Where the reader of a mailbox stands; one worker holds the lease.
create table mailbox_reading (
  mailbox_id uuid primary key references mailbox,
  holder text,
  leased_until timestamptz,
  uid_validity bigint,
  last_uid bigint not null default 0,
  -- First connection: what had been read by then is no new mail.
  since timestamptz,
  skipped int not null default 0,
  last_success_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  -- Attempts in a row that failed.
  failures int not null default 0,
  -- One mail that cannot be fetched must not keep the others: tried so often.
  stuck_uid bigint,
  stuck_attempts int not null default 0
);

-- Every mail as it came, committed before the server is told it was seen. Never deleted.
create table mail (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  mailbox_id uuid not null references mailbox,
  uid_validity bigint not null,
  uid bigint not null,
  -- The beginning only when `truncated`: the whole mail was over the limit and stays on the server, unseen.
  raw bytea not null,
  truncated boolean not null default false,
  size bigint not null,
  -- SHA-256 of what follows the headers: with the Message-ID it tells a mail that is met again.
  hash bytea not null,
  message_id text not null,
  sender text,
  subject text not null default '',
  received_at timestamptz not null default now(),
  -- Our mark that the server knows.
  seen boolean not null default false,
  -- null: not decided yet
  outcome text check (outcome in ('opened', 'note', 'follow-up', 'automatic', 'ignored', 'held', 'duplicate', 'unreadable', 'oversize', 'failed')),
  reason text,
  case_id text,
  decided_at timestamptz,
  -- The case has been told, answers are queued.
  settled_at timestamptz,
  -- What is to be told, as it was decided; a repeat tells the same.
  decision jsonb,
  -- A person has said that it is to be taken as written by a person, whatever its headers say.
  forced boolean not null default false,
  unique (mailbox_id, uid_validity, uid)
);
alter table mail alter column raw set storage external;
create index mail_log on mail (tenant_id, id desc);
create index mail_again on mail (mailbox_id, message_id);
create index mail_sender on mail (tenant_id, sender, received_at);
create index mail_case on mail (case_id) where case_id is not null;
create index mail_open on mail (mailbox_id, id) where settled_at is null;
create index mail_unseen on mail (mailbox_id) where not seen;

-- Message-IDs (without angle brackets) of the mails of a case: what answers are threaded by.
create table mail_message (
  tenant_id text not null,
  message_id text not null,
  case_id text not null,
  direction text not null check (direction in ('in', 'out')),
  -- Sender of one that came, recipient of one that went; lower case.
  address text not null,
  at timestamptz not null default now(),
  primary key (tenant_id, message_id)
);
create index mail_message_case on mail_message (case_id, at);

-- When a sender was last answered automatically.
create table mail_answer (
  tenant_id text not null,
  address text not null,
  at timestamptz not null,
  primary key (tenant_id, address)
);

-- Addresses are compared without regard to case.
create index person_email on person (lower(email)) where email is not null;

-- A mail that nobody can read is a task without a case.
alter table task alter column case_id drop not null;
