-- The score of each call in its latest judgement.
create or replace view scorecard as
with result as (
    select
        scoring_id, result_id, call_id, scored_at, code_version, phrasebook_id,
        phrasebook_version, phrasebook_sha256, points, points_possible, passed
    from scorecard_result
),
final as (
    select result.*
    from result
    inner join latest_scoring
        on result.call_id = latest_scoring.call_id
        and result.scoring_id = latest_scoring.scoring_id
)
select
    call_id, phrasebook_sha256, points, points_possible, passed, phrasebook_id,
    phrasebook_version, scored_at, code_version, scoring_id, result_id
from final;
