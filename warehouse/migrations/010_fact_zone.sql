-- Days and hours of the facts are those of the organisation's clock.

alter table fact_refresh add column zone varchar;

comment on column fact_refresh.zone is 'Time zone of the days and hours in the facts: an IANA name, or machine; null: they were made before it was noted, by each call''s own clock.';
comment on column call_fact.day is 'Day of the call by the organisation''s clock; where its start is not known, the day on which it was stored.';
comment on column call_fact.hour is 'Hour in which the call began by the organisation''s clock, 0-23; null if not known.';
