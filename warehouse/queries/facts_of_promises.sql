insert into promise_fact by name
select
    settled.call_id, settled.promise_no, fact.day, fact.team, fact.agent_id, fact.agent_name,
    settled.kind, settled.dated, settled.state
from settled
inner join call_fact as fact on settled.call_id = fact.call_id
order by fact.day, settled.call_id, settled.promise_no;
