-- How often each rule was judged and broken in the report's days and before, and what people said.
with judged as (
    select
        finding.rule_id, report_call.era, count(*) as judged,
        count(*) filter (where finding.flagged) as flagged
    from finding
    inner join report_call on finding.scoring_id = report_call.scoring_id
    where finding.outcome not in ('not_applicable', 'not_assessable')
        and report_call.era <> 'earlier'
    group by finding.rule_id, report_call.era
),
said as (
    select
        report_flag.rule_id,
        count(*) filter (where status = 'confirmed') as confirmed,
        count(*) filter (where status = 'confirmed' and found_by = 'person') as added,
        count(*) filter (where status = 'false') as wrong,
        count(*) filter (where status = 'doubtful') as doubtful,
        count(*) filter (where status = 'open') as open
    from report_flag
    inner join report_call on report_flag.scoring_id = report_call.scoring_id
    where report_call.era = 'now'
    group by report_flag.rule_id
)
select
    coalesce(this.rule_id, said.rule_id) as rule_id,
    coalesce(this.judged, 0) as judged, coalesce(this.flagged, 0) as flagged,
    coalesce(earlier.judged, 0) as judged_before, coalesce(earlier.flagged, 0) as flagged_before,
    coalesce(said.confirmed, 0) as confirmed, coalesce(said.added, 0) as added,
    coalesce(said.wrong, 0) as wrong, coalesce(said.doubtful, 0) as doubtful,
    coalesce(said.open, 0) as open
from (select * from judged where era = 'now') as this
full join said on this.rule_id = said.rule_id
left join (select * from judged where era = 'before') as earlier
    on coalesce(this.rule_id, said.rule_id) = earlier.rule_id
order by 1;
