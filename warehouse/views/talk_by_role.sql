-- How each party speaks in each call, as its latest inspection heard it.
create or replace view talk_by_role as
with talk as (
    select
        result_id, call_id, role, talk_s, share, longest_s, units_per_min, responses,
        response_median_s, response_longest_s, interruptions, level_db, level_rise_db,
        interruption_longest_s, monologue_s
    from role_talk_result
),
final as (
    select talk.*
    from talk
    inner join latest_result
        on talk.call_id = latest_result.call_id
        and talk.result_id = latest_result.result_id
)
select
    call_id, role, talk_s, share, longest_s, units_per_min, responses, response_median_s,
    response_longest_s, interruptions, level_db, level_rise_db,
    interruption_longest_s, monologue_s
from final;
