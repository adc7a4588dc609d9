-- Joins that several queries need.

-- name: opportunity_of_lead
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL

-- name: stage_of_lead
LEFT JOIN leads_leadstage stage_period
    ON stage_period.lead_id = lead.id AND stage_period.left_at IS NULL
LEFT JOIN leads_pipelinestage stage ON stage.id = stage_period.stage_id
