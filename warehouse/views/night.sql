-- Each nightly run once, as its last row tells it.
create or replace view night as
with result as (
    select
        night_id, recorded_at, code_version, inbox, started_at, finished_at, summary,
        stored_no
    from night_result
),
final as (
    select night_id, recorded_at, code_version, inbox, started_at, finished_at, summary
    from result
    qualify row_number() over (partition by night_id order by stored_no desc) = 1
)
select night_id, started_at, finished_at, inbox, summary, recorded_at, code_version
from final;
