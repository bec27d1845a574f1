def migrate(cr, version):
    """Make the calendar's events of visits private, as new ones are: they name the customer and the address."""
    cr.execute(
        "UPDATE calendar_event event SET privacy = 'private', show_as = 'busy' FROM sales_visit visit"
        " WHERE visit.event_id = event.id"
    )
