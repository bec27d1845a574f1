"""Who is responsible: never somebody who has left."""


def responsible(company, *candidates):
    """The first of the candidates who works for the company: active, one of us, and allowed in it.

    :param company: res.company
    :param candidates: res.users, in the order in which they are asked, such as salesperson and team lead
    :return: one user; the company's collector or else its administrator where nobody is left
    """
    env = company.env
    for users in (*candidates, company.sudo().dunning_user_id):
        for user in users.sudo():
            if user.active and not user.share and company in user.company_ids:
                return user.with_env(env)
    return env.ref("base.user_admin")
