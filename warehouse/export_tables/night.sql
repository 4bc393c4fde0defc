create table exported.night as
select night_id, started_at, finished_at, inbox, summary, recorded_at, code_version
from lake.night
order by started_at, night_id;

comment on table exported.night is 'Each nightly run once, as its last row tells it.';
comment on column exported.night.night_id is 'Identifies the run.';
comment on column exported.night.started_at is 'When the run began, UTC.';
comment on column exported.night.finished_at is 'When the run ended, UTC.';
comment on column exported.night.inbox is 'Folder of the recordings.';
comment on column exported.night.summary is 'What the run told its people.';
comment on column exported.night.recorded_at is 'When the row was stored, UTC.';
comment on column exported.night.code_version is 'Version of the program that ran.';
