-- Documents of requests: the capability document and the opening form (R6.2).
alter table document drop constraint document_kind_check;
alter table document add constraint document_kind_check check (kind in ('fault-report', 'capability', 'opening'));
