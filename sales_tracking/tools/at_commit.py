"""Work that is done once for a transaction, shortly before it is committed."""


def at_commit(env, key, empty, work):
    """Return what is collected for the work, which is done before the transaction is committed.

    A savepoint that is undone takes what was collected since with it.

    :param str key: the name of the collection among the data of the transaction; the work takes it from there
    :param empty: a function that makes an empty collection
    :param work: a function without parameters
    """
    precommit = env.cr.precommit
    if key not in precommit.data:
        precommit.data[key] = empty()
        precommit.add(work)
    return precommit.data[key]
