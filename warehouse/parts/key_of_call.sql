case $by
        /* part: keys_of_day_and_team */
        when 'agent' then agent_id
        when 'purpose' then purpose
        when 'hour' then hour::varchar
        when 'language' then language
        else 'all'
    end as key,
    case when $by = 'agent' then any_value(agent_name) end as name
