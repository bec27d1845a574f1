def migrate(cr, version):
    """Let the outcome of visits that met nobody say so, as in new databases."""
    cr.execute(
        "UPDATE sales_interaction_outcome outcome SET visit_result = 'out_of_store' FROM ir_model_data data"
        " WHERE data.module = 'sales_tracking' AND data.name = 'sales_interaction_outcome_absent'"
        " AND data.model = 'sales.interaction.outcome' AND outcome.id = data.res_id AND outcome.visit_result IS NULL"
    )
