"""The documents that rows name by model and id, of which some no longer exist, or not their application."""


def existing(env, model: str, ids):
    """The records of the model that exist with these ids; None where the application is no longer installed."""
    return env[model].browse(set(ids)).exists() if model in env else None


def existing_by_id(env, model: str, ids) -> dict:
    """The records of the model that exist with these ids, by id."""
    return {record.id: record for record in existing(env, model, ids) or ()}
