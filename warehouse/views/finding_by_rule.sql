-- How often each rule came out how, over all calls.
create or replace view finding_by_rule as
with finding as (
    select call_id, rule_id, phrasebook_sha256, outcome, points, flagged
    from finding
),
final as (
    select
        rule_id,
        phrasebook_sha256,
        count(distinct call_id) as calls,
        count(*) filter (where flagged) as flags,
        count(*) filter (where outcome = 'violated') as violated,
        count(*) filter (where outcome = 'met') as met,
        count(*) filter (where outcome = 'missed') as missed,
        count(*) filter (where outcome = 'clear') as clear,
        count(*) filter (where outcome = 'not_applicable') as not_applicable,
        count(*) filter (where outcome = 'not_assessable') as not_assessable,
        sum(points) as points
    from finding
    group by rule_id, phrasebook_sha256
)
select
    rule_id, phrasebook_sha256, calls, flags, violated, met, missed, clear, not_applicable,
    not_assessable, points
from final;
