-- Who said what when, in the latest inspection of each call.
create or replace view turn as
with result as (
    select
        result_id, call_id, turn_no, speaker, role, role_probability, start_s, end_s, text,
        level_db, words
    from turn_result
),
final as (
    select result.*
    from result
    inner join latest_result
        on result.call_id = latest_result.call_id
        and result.result_id = latest_result.result_id
)
select
    call_id, turn_no, role, role_probability, start_s, end_s, text, speaker, level_db, words,
    result_id
from final;
