-- As with what is published: the fields of a form that is proposed keep the order in which they are written.
alter table definition_proposal alter column docs type json using docs::json;
