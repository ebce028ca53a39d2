-- Whether a firing push of the known occurrence has been received: a further one after its end is no late delivery.
alter table alert add column fired boolean not null default true;
