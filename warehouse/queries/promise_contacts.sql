-- The calls with the customers who were promised something; the direction as far as it is known.
with customer as (
    select distinct customer_ref
    from promise
    where customer_ref is not null
)
select
    call.customer_ref, call.call_id, call.started_at,
    case
        when call.direction is not null then call.direction = 'outbound'
        when call.purpose in ('callback', 'absence', 'satisfaction') then true
        when call.purpose is null or call.purpose = 'other' then null
        else false
    end as outbound
from call
semi join customer on call.customer_ref = customer.customer_ref
where call.started_at is not null
order by call.customer_ref, call.started_at, call.call_id;
