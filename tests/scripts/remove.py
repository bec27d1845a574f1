"""Remove an application as an administrator does."""


def main(env, module):
    env["ir.module.module"]._get(module).button_immediate_uninstall()
    return module
