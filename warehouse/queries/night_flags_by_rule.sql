select
    finding.rule_id,
    count(*) as flags,
    count(distinct finding.call_id) as calls
from finding
inner join call on finding.call_id = call.call_id
where call.night_id = $night_id and finding.flagged
group by finding.rule_id
order by flags desc, finding.rule_id;
