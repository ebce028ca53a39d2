-- A form is asked in the order in which it was written: binary JSON keeps no order of keys, text does.
alter table definition_version alter column doc type json using doc::json;
