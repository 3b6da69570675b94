"""The supervisor: a small process that owns what sandboxes need and dies with its worker.

It lives in process and mount namespaces of its own, as their first process: when it ends, for
whatever reason, the kernel ends every sandbox and drops every mount.
"""
