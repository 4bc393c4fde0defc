select finding.outcome, count(*) as findings
from finding
inner join call on finding.call_id = call.call_id
where call.night_id = $night_id and call.state = 'done'
group by finding.outcome
order by finding.outcome;
