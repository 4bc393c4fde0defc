-- The flags of some judgements that people are to look at, with the place of their first evidence;
-- what a flag is stands in the view `finding`. A rule with the policy "always" is looked at also
-- where the machine could not judge it, one with "never" not even where it is violated.
with wanted as (
    select unnest($call_ids) as call_id, unnest($scoring_ids) as scoring_id
),
flag as (
    select
        result.call_id, result.scoring_id, result.finding_no, result.rule_id, result.probability,
        result.severity
    from finding_result as result
    semi join wanted
        on result.call_id = wanted.call_id and result.scoring_id = wanted.scoring_id
    where result.call_id between $least and $greatest
        and (
            (
                (result.outcome = 'violated' or (result.outcome = 'missed' and result.points < 0))
                and coalesce(result.review, 'doubt') <> 'never'
            )
            or (result.outcome = 'not_assessable' and result.review = 'always')
        )
),
place as (
    select result.call_id, result.finding_no, min(result.start_s) as start_s
    from evidence_result as result
    semi join flag
        on result.call_id = flag.call_id and result.scoring_id = flag.scoring_id
        and result.finding_no = flag.finding_no
    where result.call_id between $least and $greatest
    group by result.call_id, result.finding_no
)
select
    flag.call_id, flag.finding_no, flag.rule_id, flag.probability, flag.severity, place.start_s
from flag
left join place on flag.call_id = place.call_id and flag.finding_no = place.finding_no
order by flag.call_id, flag.finding_no;
